import type { PlanKeeper } from '../detect/match/source-indexes.ts';
import type { KeptPlan } from '../detect/sigma/index/plan-index.ts';
import { inOneGo, type Steps } from '../shared/steps.ts';
import { type CheckedFile, readChecked, writeChecked } from './checked-file.ts';
import { ownCode } from './own-code.ts';
import type { CacheFile } from './sigma-cache.ts';
import { planBytes, planOfBytes } from './sigma-plan-bytes.ts';

/** Plans for so many kinds of sources are kept; those of further ones are worked out each time. */
const kindsMax = 32;

/** What stands before a plan: so many bytes follow. */
interface PlanHead {
  readonly kind: string;
  readonly length: number;
}

/** The plans of indexes over Sigma rules, from reload to reload, and from start to start where there is a file for them. */
export class SigmaPlans implements PlanKeeper {
  readonly #file: CheckedFile | undefined;
  readonly #plans = new Map<string, KeptPlan>();
  readonly #savesAtOnce: boolean;
  #isSaved = true;

  /** Takes what is in the file, if this code made it. Never throws. */
  constructor(cache?: CacheFile) {
    this.#file = cache && { ...cache, what: 'cache of the index of rules', version: `index-${ownCode()}` };
    this.#savesAtOnce = cache?.savesAtOnce ?? false;
    const body = this.#file && readChecked(this.#file);
    if (body !== undefined) this.#read(body);
  }

  get(kind: string): KeptPlan | undefined {
    return this.#plans.get(kind);
  }

  keep(kind: string, plan: KeptPlan): void {
    if (this.#plans.get(kind) === plan) return;
    if (this.#plans.size >= kindsMax && !this.#plans.has(kind)) return;
    this.#plans.set(kind, plan);
    this.#isSaved = false;
    if (this.#savesAtOnce) this.save();
  }

  /** Writes the file where plans have changed since. Never throws. */
  save(): void {
    inOneGo(this.saveInSteps());
  }

  *saveInSteps(): Steps<void> {
    if (this.#isSaved || this.#file === undefined) return;
    this.#isSaved = true;
    yield* writeChecked(this.#file, this.#pieces());
  }

  *#pieces(): Generator<Uint8Array> {
    for (const [kind, plan] of this.#plans) {
      const bytes = planBytes(plan);
      const head: PlanHead = { kind, length: bytes.length };
      yield Buffer.from(`${JSON.stringify(head)}\n`);
      yield bytes;
    }
  }

  #read(body: Buffer): void {
    for (let from = 0; from < body.length; ) {
      const start = body.indexOf('\n', from) + 1;
      const { kind, length } = JSON.parse(body.toString('utf8', from, start)) as PlanHead;
      const plan = planOfBytes(body.subarray(start, start + length));
      if (plan !== undefined) this.#plans.set(kind, plan);
      from = start + length;
    }
  }
}
