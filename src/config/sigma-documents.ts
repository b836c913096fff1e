import { hintOf, type SigmaFault } from '../detect/sigma/sigma-fault.ts';
import type { YamlDocument } from './sigma-yaml.ts';

/** What a document of a Sigma file is. */
export type SigmaKind = 'rule' | 'correlation' | 'filter';

/** A document with what other documents of its file add to it. */
export interface MergedDocument {
  readonly kind: SigmaKind;
  readonly value: ReadonlyMap<string, unknown>;
  readonly source: YamlDocument;
  /** The id stands in another document, which several rules may share. */
  readonly hasSharedId: boolean;
}

type Value = ReadonlyMap<string, unknown>;

const actions = ['global', 'reset', 'repeat'];

/**
 * Carries out `action`: `global` is merged into the rules after it, until `reset`; `repeat` is the rule before, with what
 * this document changes. Where both say something, `global` has the last word (as in pySigma and in sigmac before it).
 */
export function mergeDocuments(
  documents: readonly YamlDocument[],
  addFault: (source: YamlDocument, fault: SigmaFault) => void,
): readonly MergedDocument[] {
  const state: Merging = {
    common: new Map(),
    waiting: undefined,
    unused: [],
    previous: undefined,
    merged: [],
  };
  for (const source of documents) {
    const fault = mergeDocument(source, state);
    if (fault !== undefined) addFault(source, fault);
  }
  endGlobal(state);
  for (const source of state.unused) addFault(source, globalOfNone);
  return state.merged;
}

interface Merging {
  readonly merged: MergedDocument[];
  common: Value;
  /** The document with `action: global` that no rule has followed yet. */
  waiting: YamlDocument | undefined;
  /** Those that no rule will follow. */
  readonly unused: YamlDocument[];
  previous: Value | undefined;
}

function mergeDocument(source: YamlDocument, state: Merging): SigmaFault | undefined {
  if (!(source.value instanceof Map)) return { path: [], message: 'is no Sigma rule: it must be a map' };
  const action: unknown = source.value.get('action');
  const value = action === undefined ? source.value : without(source.value, 'action');
  switch (action) {
    case undefined:
      state.previous = kindOf(value) === 'rule' ? merge(value, state.common) : value;
      break;
    case 'global':
      endGlobal(state);
      state.common = value;
      state.waiting = source;
      state.previous = value;
      return undefined;
    case 'reset':
      endGlobal(state);
      state.common = new Map();
      return value.size === 0 ? undefined : moreThanReset;
    case 'repeat':
      if (state.previous === undefined)
        return { path: ['action'], message: 'there is no document before this one to repeat' };
      state.previous = merge(state.previous, value);
      break;
    default:
      return unknownAction(String(action));
  }
  const rule = state.previous;
  state.waiting = undefined;
  const hasSharedId = !value.has('id') && rule.has('id');
  state.merged.push({ kind: kindOf(rule), value: rule, source, hasSharedId });
  return undefined;
}

function endGlobal(state: Merging): void {
  if (state.waiting !== undefined) state.unused.push(state.waiting);
  state.waiting = undefined;
}

const globalOfNone: SigmaFault = {
  path: ['action'],
  message: 'no rule follows this document, which is none itself',
  hint: 'put the rules behind it, after "---", or take "action: global" out',
};

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
  if (value.has('correlation')) return 'correlation';
  return value.has('filter') ? 'filter' : 'rule';
}

function without(value: Value, name: string): Value {
  const others = new Map(value);
  others.delete(name);
  return others;
}

/** Maps are merged at every depth; of anything else the later one stays. */
function merge(base: Value, later: Value): Value {
  if (later.size === 0) return base;
  const merged = new Map(base);
  for (const [key, value] of later) {
    const before = base.get(key);
    merged.set(key, before instanceof Map && value instanceof Map ? merge(before, value) : value);
  }
  return merged;
}
