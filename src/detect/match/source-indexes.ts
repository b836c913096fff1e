import { inOneGo, type Steps } from '../../shared/steps.ts';
import type { SigmaCompiler } from '../sigma/compile/compile-conditions.ts';
import type { KeptPlan } from '../sigma/index/plan-index.ts';
import type { CompiledRule } from './compile-rule.ts';
import { createSourceIndex, type SourceIndex } from './source-index.ts';

/** Keeps what indexes over Sigma rules were made from, so that the next ones need not be worked out from nothing. */
export interface PlanKeeper {
  /** The plan that was made last for such sources: it may be of other rules. */
  get(kind: string): KeptPlan | undefined;
  keep(kind: string, plan: KeptPlan): void;
}

/**
 * An index for all sources that rules treat alike, built at the first event of one of them: a command that matches nothing,
 * or one source of many, need not pay for the rest.
 */
export class SourceIndexes {
  readonly #rules: readonly CompiledRule[];
  readonly #sigma: SigmaCompiler;
  readonly #plans: PlanKeeper | undefined;
  readonly #named: ReadonlySet<string>;
  readonly #byKind = new Map<string, SourceIndex>();
  readonly #bySource = new Map<string, SourceIndex>();

  constructor(rules: readonly CompiledRule[], sigma: SigmaCompiler, plans?: PlanKeeper) {
    this.#rules = rules;
    this.#sigma = sigma;
    this.#plans = plans;
    this.#named = new Set(rules.flatMap((rule) => [...(rule.sources ?? [])]));
  }

  of(source: string): SourceIndex {
    return this.#bySource.get(source) ?? inOneGo(this.#build(source));
  }

  /** Builds those of the sources now. */
  *build(sources: readonly string[]): Steps<void> {
    for (const source of sources) if (!this.#bySource.has(source)) yield* this.#build(source);
  }

  /** Builds now what events would wait for that are like those that the others saw. */
  *warmLike(others: SourceIndexes): Steps<void> {
    for (const [kind, { sigma }] of this.#byKind) {
      const other = others.#byKind.get(kind)?.sigma;
      if (sigma !== undefined && other !== undefined) yield* sigma.warmLike(other);
    }
  }

  *#build(source: string): Steps<SourceIndex> {
    const kind = JSON.stringify([this.#sigma.kindOf(source), this.#named.has(source) ? source : null]);
    const index = this.#byKind.get(kind) ?? (yield* this.#create(source, kind));
    this.#byKind.set(kind, index);
    this.#bySource.set(source, index);
    return index;
  }

  *#create(source: string, kind: string): Steps<SourceIndex> {
    const rules = this.#rules.filter((rule) => rule.sources?.has(source) ?? true);
    const index = yield* createSourceIndex(rules, source, this.#plans?.get(kind));
    if (index.kept !== undefined) this.#plans?.keep(kind, index.kept);
    return index;
  }
}
