import type { EventFields } from '../../../shared/model/log-event.ts';
import type { Predicate } from '../../match/compile-condition.ts';
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

/** Compiles the conditions of rules for the sources there are. */
export interface SigmaCompiler {
  compile(conditions: SigmaConditions): SourcePredicate;
}

/** A source that is not among `sources` has no profile and no log source: every rule is tried on its events as they are. */
export function createSigmaCompiler(sources: readonly SigmaSource[]): SigmaCompiler {
  const contexts = new Map<string, CompileContext>();
  const contextOf = (profile = ''): CompileContext => {
    const context = contexts.get(profile) ?? createCompileContext(sigmaProfile(profile).fieldNames);
    contexts.set(profile, context);
    return context;
  };
  const compileFor = (
    conditions: SigmaConditions,
    { profile, logsource }: Omit<SigmaSource, 'name'>,
  ): Predicate => {
    const expression = searchesFor(conditions, logsource);
    return expression === undefined ? () => false : compileExpression(expression, contextOf(profile));
  };
  return {
    compile: (conditions) => {
      const byKind = new Map<string, Predicate>();
      const bySource = new Map<string, Predicate>();
      for (const { name, profile, logsource } of sources) {
        const kind = JSON.stringify([profile, logsource]);
        const predicate =
          byKind.get(kind) ??
          compileFor(conditions, {
            ...(profile === undefined ? {} : { profile }),
            ...(logsource === undefined ? {} : { logsource }),
          });
        byKind.set(kind, predicate);
        bySource.set(name, predicate);
      }
      if (bySource.size === 0) return compileFor(conditions, {});
      let ofOthers: Predicate | undefined;
      return (fields, source) => {
        const predicate = bySource.get(source);
        if (predicate !== undefined) return predicate(fields);
        ofOthers ??= compileFor(conditions, {});
        return ofOthers(fields);
      };
    },
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
