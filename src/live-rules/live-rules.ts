import type { Config } from '../config/config-model.ts';
import { fingerprintOf } from '../config/file-fingerprint.ts';
import type { CacheFile } from '../config/sigma-cache.ts';
import { SigmaMemory } from '../config/sigma-memory.ts';
import { SigmaPlans } from '../config/sigma-plans.ts';
import type { MatcherEvents } from '../detect/match/matcher.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Log } from '../shared/ports/log.ts';
import type { Metrics } from '../shared/ports/metrics.ts';
import { inOneGo, type Steps } from '../shared/steps.ts';
import { FileWatch } from './file-watch.ts';
import { GoodTexts } from './good-texts.ts';
import { inSlices } from './in-slices.ts';
import type { OwnModules } from './load-own-modules.ts';
import { loadServiceRules, type ServiceRules } from './load-service-rules.ts';
import { goodTextsOf } from './recall-rules.ts';
import { faultyCount, sayRules } from './say-rules.ts';

export interface LiveRulesParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What the rules report while they match. */
  readonly events: MatcherEvents;
  /** The user's operators and facts: loaded once, since a module that was imported cannot be imported anew. */
  readonly own?: OwnModules;
}

/** The service's rules, which follow their files and those of the lists while it runs. */
export class LiveRules {
  readonly #parts: LiveRulesParts;
  readonly #fingerprint: string;
  readonly #stopping = new AbortController();
  readonly #memory: SigmaMemory;
  readonly #plans: SigmaPlans;
  readonly #goodTexts: GoodTexts;
  #watch: FileWatch | undefined;
  #now: ServiceRules;

  private constructor(parts: LiveRulesParts, fingerprint: string) {
    this.#parts = parts;
    this.#fingerprint = fingerprint;
    this.#memory = new SigmaMemory(cacheOf(parts, 'rules'));
    this.#plans = new SigmaPlans(cacheOf(parts, 'index'));
    this.#goodTexts = new GoodTexts(cacheOf(parts, 'good-rules'));
    this.#now = inOneGo(this.#load(undefined));
    inOneGo(this.#save());
    this.#said(undefined);
  }

  /** Reads and compiles the rules for the first time. */
  static async load(parts: LiveRulesParts): Promise<LiveRules> {
    // Taken before the files are read: what changes meanwhile is read once more.
    return new LiveRules(parts, await fingerprintOf(watchedPaths(parts.config)));
  }

  get now(): ServiceRules {
    return this.#now;
  }

  /** What the status page says of the rules. */
  get summary(): { readonly rules: number; readonly faultyRules: number } {
    return { rules: this.#now.compiled.rules.length, faultyRules: faultyCount(this.#now) };
  }

  /** Reads the rules again now, whether or not their files have changed. */
  reload(): void {
    this.#watch?.request();
  }

  /** Follows the files until `stop`. `swap` puts the new rules in the place of the old ones; what it rejects with is thrown. */
  async follow(swap: (rules: ServiceRules) => Promise<void>): Promise<void> {
    const { clock, config } = this.#parts;
    this.#watch = new FileWatch({
      clock,
      fingerprint: () => fingerprintOf(watchedPaths(config)),
      changed: async () => {
        const next = await this.#read();
        if (next === undefined || this.#stopping.signal.aborted) return;
        await swap(next);
        const before = this.#now;
        this.#now = next;
        this.#said(before);
        await inSlices(this.#save());
      },
    });
    await this.#watch.run(this.#fingerprint, this.#stopping.signal);
  }

  stop(): void {
    this.#stopping.abort();
  }

  *#load(running: ServiceRules | undefined): Steps<ServiceRules> {
    const { config, events } = this.#parts;
    return yield* loadServiceRules(config, {
      events,
      ...ownOf(this.#parts),
      memory: this.#memory,
      plans: this.#plans,
      goodTexts: this.#goodTexts,
      ...(running === undefined ? {} : { running }),
    });
  }

  *#save(): Steps<void> {
    yield* this.#memory.saveInSteps();
    yield* this.#plans.saveInSteps();
    yield* this.#goodTexts.save(goodTextsOf(this.#now, this.#now.digests));
  }

  /** Off to the side of the rules that run; undefined where even that failed: those go on. */
  async #read(): Promise<ServiceRules | undefined> {
    const { log, metrics } = this.#parts;
    try {
      return await inSlices(this.#load(this.#now));
    } catch (error) {
      log.error(`rules could not be reloaded, the old ones go on: ${String(error)}`);
      metrics.count('tocsin_rule_reloads_total', { outcome: 'failed' });
      return undefined;
    }
  }

  #said(before: ServiceRules | undefined): void {
    const { metrics, clock } = this.#parts;
    sayRules(this.#now, before, this.#parts);
    const isGood = this.#now.faults.length + this.#now.listFaults.length === 0;
    if (before !== undefined)
      metrics.count('tocsin_rule_reloads_total', { outcome: isGood ? 'good' : 'faulty' });
    if (isGood) metrics.gauge('tocsin_rules_good_timestamp_seconds', Math.floor(clock.nowMs() / 1_000));
  }
}

const ownOf = ({ own }: LiveRulesParts): { own?: OwnModules } => (own === undefined ? {} : { own });

/** Folders and files that say which rules run, and what they mean. */
const watchedPaths = ({ rules, lists }: Config): readonly string[] => [
  ...rules,
  ...Object.values(lists).flatMap((list) => ('file' in list ? [list.file] : [])),
];

/** Beside the state, for the next start: what rules in Sigma mean, the plan of their index, the texts that rules run from. */
const cacheOf = ({ config, log }: LiveRulesParts, what: 'rules' | 'index' | 'good-rules'): CacheFile => ({
  file: `${config.state.file}.${what}`,
  onIgnored: (reason) => log.info(reason),
});
