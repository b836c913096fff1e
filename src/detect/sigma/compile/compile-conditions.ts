import type { Group } from '../../../shared/model/group.ts';
import type { EventFields } from '../../../shared/model/log-event.ts';
import type { Rule } from '../../../shared/model/rule.ts';
import { compileGroup } from '../../group-key.ts';
import { isFalse } from '../../match/columns/atom-tree.ts';
import type { Predicate } from '../../match/compile-condition.ts';
import type { AtomNumbers } from '../index/atom-numbers.ts';
import { claimOf } from '../index/claim-of.ts';
import type { ItemTerms } from '../index/plan-index.ts';
import { never } from '../index/requirement.ts';
import { requirementOf } from '../index/requirement-of.ts';
import { expressionFor } from '../log-source.ts';
import type { SigmaProfile } from '../profiles/sigma-profile.ts';
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
  require(conditions: SigmaConditions): (source: string, numbers: AtomNumbers) => ItemTerms;
  /** The same for sources whose events all rules treat alike. */
  kindOf(source: string): string;
}

const nothing: ItemTerms = { requirement: never, claim: isFalse };

type SourceKind = Omit<SigmaSource, 'name'>;

/** A source that is not among `sources` has no profile and no log source: every rule is tried on its events as they are. */
export function createSigmaCompiler(sources: readonly SigmaSource[]): SigmaCompiler {
  const kinds = new SourceKinds(sources);
  const contexts = new Map<string, CompileContext>();
  const contextOf = (profile = ''): CompileContext => {
    const context = contexts.get(profile) ?? createCompileContext(sigmaProfile(profile).fieldNames);
    contexts.set(profile, context);
    return context;
  };
  const names = new Map<string, SigmaProfile['fieldNames']>();
  const namesOf = (profile = ''): SigmaProfile['fieldNames'] => {
    const known = names.get(profile) ?? remembering(sigmaProfile(profile).fieldNames);
    names.set(profile, known);
    return known;
  };
  const compileFor = (conditions: SigmaConditions, { profile, logsource }: SourceKind): Predicate => {
    const expression = searchesFor(conditions, logsource);
    return expression === undefined ? () => false : compileExpression(expression, contextOf(profile));
  };
  return {
    compile: (conditions) => {
      const predicateOf = kinds.lazily((kind) => compileFor(conditions, kind));
      return (fields, source) => predicateOf(source)(fields);
    },
    compileGroup: ({ groupBy, missingGroup }) => {
      // Nothing of it depends on the source, and most rules are so.
      if (groupBy.length === 0) return compileGroup(groupBy, missingGroup);
      const groupOf = kinds.lazily(({ profile }) =>
        compileGroup(groupBy, missingGroup, contextOf(profile).field),
      );
      return (fields, source) => groupOf(source)(fields);
    },
    require: (conditions) => (source, numbers) => {
      const { profile, logsource } = kinds.of(source);
      const expression = searchesFor(conditions, logsource);
      if (expression === undefined) return nothing;
      const context = { fieldNames: namesOf(profile), numbers, ofValues: new Map() };
      return {
        requirement: requirementOf(expression, context),
        claim: claimOf(expression, context),
      };
    },
    kindOf: (source) => kindKey(kinds.of(source)),
  };
}

/** Thousands of rules ask for the same hundreds of fields. */
function remembering(fieldNames: SigmaProfile['fieldNames']): SigmaProfile['fieldNames'] {
  const known = new Map<string, readonly string[]>();
  return (field) => {
    const names = known.get(field) ?? fieldNames(field);
    known.set(field, names);
    return names;
  };
}

const kindKey = ({ profile, logsource }: SourceKind): string => JSON.stringify([profile, logsource]);

/** What of the sources rules depend on: many sources are alike to them. */
class SourceKinds {
  readonly #kinds: readonly SourceKind[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(sources: readonly SigmaSource[]) {
    // The first is that of sources nobody told of.
    const kinds: SourceKind[] = [{}];
    const byKey = new Map([[kindKey({}), 0]]);
    const places = sources.map(({ name, ...source }): [string, number] => {
      const kind = lowerCase(source);
      const key = kindKey(kind);
      const place = byKey.get(key) ?? kinds.push(kind) - 1;
      byKey.set(key, place);
      return [name, place];
    });
    this.#kinds = kinds;
    this.#places = new Map(places);
  }

  placeOf(source: string): number {
    return this.#places.get(source) ?? 0;
  }

  of(source: string): SourceKind {
    return this.#kinds[this.placeOf(source)] ?? {};
  }

  /** What is made for the source when it is first asked for: most rules are never tried on most sources. */
  lazily<T>(make: (kind: SourceKind) => T): (source: string) => T {
    const made: T[] = [];
    return (source) => {
      const place = this.placeOf(source);
      const known = made[place];
      if (known !== undefined) return known;
      const value = make(this.#kinds[place] ?? {});
      made[place] = value;
      return value;
    };
  }
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
