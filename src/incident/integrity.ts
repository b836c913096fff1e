import { canonicalJson } from '../shared/canonical-json.ts';
import type { GroupFirings } from '../shared/model/firing.ts';
import type { MetBound } from '../shared/model/telling-bound.ts';
import type { Undelivered } from '../shared/model/undelivered.ts';
import { type IntegrityKind, integrityRule } from './integrity-rules.ts';
import { LateRates, type LateReport } from './late-rates.ts';
import { type HeardReport, SilentSources } from './silent-sources.ts';

/** What one turn did that nobody asked for. */
export interface IntegrityReport extends LateReport, HeardReport {
  /** The wall clock: it is what these incidents live by, for they tell of tocsin and not of what the logs say. */
  readonly nowMs: number;
  readonly capped: readonly { readonly ruleId: string; readonly reason: CapKind; readonly count: number }[];
  readonly gaps: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly expectedOffset: number;
    readonly foundOffset: number;
  }[];
  readonly bounds: readonly MetBound[];
  readonly undelivered: readonly Undelivered[];
}

export type CapKind = 'keys-full' | 'tail-full' | 'values-full' | 'waiting-full' | 'open-incidents';

/** A subject fires at once, and then at most once in this time: trouble in every turn must not be a version a turn. */
const everyMs = 60_000;

/** Kinds whose value is a time and not how many. */
const measured: ReadonlySet<IntegrityKind> = new Set(['late-events', 'source-silent', 'receiver-down']);

/** Kinds that are one thing however often one looks. */
const lasting: ReadonlySet<IntegrityKind> = new Set(['source-silent', 'receiver-down']);

/** One thing that happened to one subject. */
interface Finding {
  readonly kind: IntegrityKind;
  /** In the order of the rule's `groupBy`. */
  readonly group: Readonly<Record<string, unknown>>;
  /** How many groups, matches, records. */
  readonly count: number;
  /** What the incident's `peak` is the highest of. */
  readonly value: number;
  /** What the evidence shows beside. */
  readonly details: Readonly<Record<string, unknown>>;
}

interface Subject {
  firedMs: number;
  /** What has happened since it fired. */
  pending: Finding | undefined;
}

/**
 * Turns bounds that were met, records that were lost, and late events into firings of tocsin's own rules, so that they
 * become incidents like any other: one for each kind and subject as long as the trouble lasts, stored, published, routed.
 *
 * Bound: one small object for each rule, source or partition that was in trouble within the last minute. What is pending
 * when the process is killed is not told; the incident is.
 */
export class Integrity {
  readonly #subjects = new Map<string, Subject>();
  readonly #lateRates: LateRates;
  readonly #silentSources: SilentSources;
  #nowMs = Number.NEGATIVE_INFINITY;

  /** Lateness of a source as configured, and how long those may be silent that have a limit, in milliseconds. */
  constructor(latenessOf: (source: string) => number, silentAfter: ReadonlyMap<string, number> = new Map()) {
    this.#lateRates = new LateRates(latenessOf);
    this.#silentSources = new SilentSources(silentAfter);
  }

  /** After each turn. Groups come at most once. */
  judge(report: IntegrityReport): readonly GroupFirings[] {
    // The wall clock may be set back; these firings are in order all the same.
    this.#nowMs = Math.max(this.#nowMs, report.nowMs);
    for (const finding of this.#findings(report)) this.#add(finding);
    const fired: GroupFirings[] = [];
    for (const [name, subject] of this.#subjects) {
      if (this.#nowMs < subject.firedMs + everyMs) continue;
      if (subject.pending === undefined) {
        this.#subjects.delete(name);
        continue;
      }
      fired.push(firingsOf(subject.pending, this.#nowMs));
      subject.pending = undefined;
      subject.firedMs = this.#nowMs;
    }
    return fired;
  }

  #findings(report: IntegrityReport): readonly Finding[] {
    const capped = report.capped.map(
      ({ ruleId, reason, count }): Finding => ({
        kind: reason,
        group: { rule: ruleId },
        count,
        value: count,
        details: {},
      }),
    );
    const lost = report.gaps.map(({ topic, partition, expectedOffset, foundOffset }): Finding => {
      // A log that begins before our position was created anew: what it held before is gone, nobody knows how much.
      const count = Math.max(1, foundOffset - expectedOffset);
      const details = { expectedOffset, foundOffset };
      return { kind: 'records-lost', group: { topic, partition }, count, value: count, details };
    });
    const late = this.#lateRates.judge(report, this.#nowMs).map(
      ({ ruleId, source, count, neededMs, ...details }): Finding => ({
        kind: 'late-events',
        group: { rule: ruleId, source },
        count,
        value: neededMs,
        details,
      }),
    );
    const silent = this.#silentSources.judge(report, this.#nowMs).map(
      ({ source, silentMs }): Finding => ({
        kind: 'source-silent',
        group: { source },
        count: 1,
        value: silentMs,
        details: { silentMs },
      }),
    );
    const met = report.bounds.map(
      ({ bound, count }): Finding => ({
        kind: 'telling-full',
        group: { bound },
        count,
        value: count,
        details: {},
      }),
    );
    return [
      ...capped,
      ...lost,
      ...late,
      ...silent,
      ...met,
      ...report.undelivered.flatMap(undeliveredFindings),
    ];
  }

  #add(finding: Finding): void {
    const name = `${finding.kind}\n${canonicalJson(Object.values(finding.group))}`;
    const subject = this.#subjects.get(name) ?? { firedMs: Number.NEGATIVE_INFINITY, pending: undefined };
    this.#subjects.set(name, subject);
    const before = subject.pending;
    const count = lasting.has(finding.kind) ? 1 : (before?.count ?? 0) + finding.count;
    const value = measured.has(finding.kind) ? Math.max(before?.value ?? 0, finding.value) : count;
    subject.pending = { ...finding, count, value };
  }
}

function undeliveredFindings({ lane, givenUp, downMs, detail }: Undelivered): readonly Finding[] {
  const about = { group: { lane }, details: { reason: detail } };
  return [
    ...(givenUp === 0 ? [] : [{ ...about, kind: 'undelivered', count: givenUp, value: givenUp } as const]),
    ...(downMs === null ? [] : [{ ...about, kind: 'receiver-down', count: 1, value: downMs } as const]),
  ];
}

function firingsOf({ kind, group, count, value, details }: Finding, timeMs: number): GroupFirings {
  const firing = {
    timeMs,
    position: null,
    value,
    fromMs: timeMs - 1,
    toMs: timeMs,
    firstMs: timeMs,
    lastMs: timeMs,
    matches: count,
    fresh: count,
  };
  const event = {
    fields: { ...group, count, ...details },
    timeMs,
    timeOrigin: 'arrival' as const,
    source: 'tocsin',
    position: { topic: 'tocsin', partition: 0, offset: 0, index: 0 },
    weight: count,
  };
  return {
    ruleId: integrityRule(kind).id,
    group: { key: canonicalJson(Object.values(group)), values: group },
    change: 'unwindowed',
    fired: [{ firing, event }],
    withdrawn: [],
    settled: [],
    tail: () => [],
  };
}
