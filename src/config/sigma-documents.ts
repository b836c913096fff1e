import { hintOf, type SigmaFault } from '../detect/sigma/sigma-fault.ts';
import type { YamlDocument } from './sigma-yaml.ts';

/** What a document of a Sigma file is. */
export type SigmaKind = 'rule' | 'correlation' | 'filter';

/** A document with what other documents of its file add to it. */
export interface MergedDocument {
  readonly kind: SigmaKind;
  readonly value: Readonly<Record<string, unknown>>;
  readonly source: YamlDocument;
  /** The id stands in another document, which several rules may share. */
  readonly hasSharedId: boolean;
}

type Value = Readonly<Record<string, unknown>>;

const actions = ['global', 'reset', 'repeat'];

/**
 * Carries out `action`: `global` is merged into the rules after it, until `reset`; `repeat` is the rule before, with what
 * this document changes. Where both say something, `global` has the last word (as in pySigma and in sigmac before it).
 */
export function mergeDocuments(
  documents: readonly YamlDocument[],
  addFault: (source: YamlDocument, fault: SigmaFault) => void,
): readonly MergedDocument[] {
  const state: Merging = { common: {}, previous: undefined, merged: [] };
  for (const source of documents) {
    const fault = mergeDocument(source, state);
    if (fault !== undefined) addFault(source, fault);
  }
  return state.merged;
}

interface Merging {
  readonly merged: MergedDocument[];
  common: Value;
  previous: Value | undefined;
}

function mergeDocument(source: YamlDocument, state: Merging): SigmaFault | undefined {
  if (!isMap(source.value)) return { path: [], message: 'is no Sigma rule: it must be a map' };
  const { action, ...value } = source.value;
  switch (action) {
    case undefined:
      state.previous = kindOf(value) === 'rule' ? merge(value, state.common) : value;
      break;
    case 'global':
      state.common = value;
      state.previous = value;
      return undefined;
    case 'reset':
      state.common = {};
      return Object.keys(value).length === 0 ? undefined : moreThanReset;
    case 'repeat':
      if (state.previous === undefined)
        return { path: ['action'], message: 'there is no document before this one to repeat' };
      state.previous = merge(state.previous, value);
      break;
    default:
      return unknownAction(String(action));
  }
  const rule = state.previous;
  const hasSharedId = !Object.hasOwn(value, 'id') && Object.hasOwn(rule, 'id');
  state.merged.push({ kind: kindOf(rule), value: rule, source, hasSharedId });
  return undefined;
}

const moreThanReset: SigmaFault = {
  path: ['action'],
  message: 'a document with "action: reset" holds no rule',
  hint: 'put the rule into a document of its own, after "---"',
};

function unknownAction(action: string): SigmaFault {
  const hint = hintOf(action, actions);
  const fault = { path: ['action'], message: `unknown action "${action}"` };
  return hint === undefined ? fault : { ...fault, hint };
}

function kindOf(value: Value): SigmaKind {
  if (Object.hasOwn(value, 'correlation')) return 'correlation';
  return Object.hasOwn(value, 'filter') ? 'filter' : 'rule';
}

/** Maps are merged at every depth; of anything else the later one stays. */
function merge(base: Value, later: Value): Value {
  const entries = Object.entries(later).map(([key, value]): [string, unknown] => {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, isMap(before) && isMap(value) ? merge(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function isMap(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
