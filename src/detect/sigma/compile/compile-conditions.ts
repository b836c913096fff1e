import type { Group } from '../../../shared/model/group.ts';
import type { EventFields } from '../../../shared/model/log-event.ts';
import type { Rule } from '../../../shared/model/rule.ts';
import { compileGroup } from '../../group-key.ts';
import type { Predicate } from '../../match/compile-condition.ts';
import { never, type Requirement } from '../index/requirement.ts';
import { requirementOf } from '../index/requirement-of.ts';
import { expressionFor } from '../log-source.ts';
import { sigmaProfile } from '../profiles/sigma-profiles.ts';
import type { SigmaConditions, SigmaExpression, SigmaLogSource } from '../sigma-rule.ts';
import { type CompileContext, createCompileContext } from './compile-context.ts';
import { compileExpression } from './compile-search.ts';

/** What of a source a rule in Sigma depends on. */
export interface SigmaSource {
  readonly name: string;
  readonly profile?: string;
  readonly logsource?: SigmaLogSource;
}

/** Whether an event of the source satisfies a rule's conditions. */
export type SourcePredicate = (fields: EventFields, source: string) => boolean;

/** The group of an event of the source; null where a field is missing and the rule leaves such events out. */
export type SourceGroup = (fields: EventFields, source: string) => Group | null;

/** Compiles rules in Sigma for the sources there are. */
export interface SigmaCompiler {
  compile(conditions: SigmaConditions): SourcePredicate;
  /** `groupBy` in Sigma's names of fields. */
  compileGroup(rule: Pick<Rule, 'groupBy' | 'missingGroup'>): SourceGroup;
  /** What an event of the source must have for the conditions to hold. */
  require(conditions: SigmaConditions): (source: string) => Requirement;
  /** The same for sources whose events all rules treat alike. */
  kindOf(source: string): string;
}

type SourceKind = Omit<SigmaSource, 'name'>;

/** A source that is not among `sources` has no profile and no log source: every rule is tried on its events as they are. */
export function createSigmaCompiler(sources: readonly SigmaSource[]): SigmaCompiler {
  const contexts = new Map<string, CompileContext>();
  const contextOf = (profile = ''): CompileContext => {
    const context = contexts.get(profile) ?? createCompileContext(sigmaProfile(profile).fieldNames);
    contexts.set(profile, context);
    return context;
  };
  const compileFor = (conditions: SigmaConditions, { profile, logsource }: SourceKind): Predicate => {
    const expression = searchesFor(conditions, logsource);
    return expression === undefined ? () => false : compileExpression(expression, contextOf(profile));
  };
  return {
    compile: (conditions) => {
      const predicateOf = forEachSource(sources, (kind) => compileFor(conditions, kind));
      return (fields, source) => predicateOf(source)(fields);
    },
    compileGroup: ({ groupBy, missingGroup }) => {
      const groupOf = forEachSource(sources, ({ profile }) =>
        compileGroup(groupBy, missingGroup, contextOf(profile).field),
      );
      return (fields, source) => groupOf(source)(fields);
    },
    require: (conditions) =>
      forEachSource(sources, ({ profile, logsource }) => {
        const expression = searchesFor(conditions, logsource);
        return expression === undefined ? never : requirementOf(expression, sigmaProfile(profile).fieldNames);
      }),
    kindOf: forEachSource(sources, kindKey),
  };
}

const kindKey = ({ profile, logsource }: SourceKind): string => JSON.stringify([profile, logsource]);

/** What was made for the source, once for all that are alike; for a source nobody told of, at its first event. */
function forEachSource<T>(
  sources: readonly SigmaSource[],
  make: (kind: SourceKind) => T,
): (source: string) => T {
  const byKind = new Map<string, T>();
  const madeFor = (kind: SourceKind): T => {
    const key = kindKey(kind);
    const made = byKind.get(key) ?? make(kind);
    byKind.set(key, made);
    return made;
  };
  const bySource = new Map(sources.map(({ name, ...kind }) => [name, madeFor(lowerCase(kind))]));
  let ofOthers: T | undefined;
  return (source) => {
    const made = bySource.get(source);
    if (made !== undefined) return made;
    ofOthers ??= madeFor({});
    return ofOthers;
  };
}

/** Log sources compare without regard to case; those of rules are in lower case. */
function lowerCase({ profile, logsource }: SourceKind): SourceKind {
  const entries = Object.entries(logsource ?? {}).map(([key, value]): [string, string] => [
    key,
    value.toLowerCase(),
  ]);
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(logsource === undefined ? {} : { logsource: Object.fromEntries(entries) }),
  };
}

/** Any of the searches that have to do with the source; undefined where none has. */
function searchesFor(
  conditions: SigmaConditions,
  logsource: SigmaLogSource | undefined,
): SigmaExpression | undefined {
  const children = conditions.sigma
    .map((search) => expressionFor(search, logsource))
    .filter((expression) => expression !== undefined);
  const [only] = children;
  return children.length > 1 ? { kind: 'or', children } : only;
}
