import type { EventFields } from './log-event.ts';
import type { EventPosition } from './position.ts';
import type { Severity } from './severity.ts';

export type IncidentStatus = 'open' | 'acknowledged' | 'resolved' | 'merged';

/**
 * Why an incident stands as it stands; `revised`: a late event took away its only firing; `person`: one resolved,
 * reopened or merged it, or took that back.
 */
export type IncidentReason = 'fired' | 'quiet' | 'revised' | 'merged' | 'person';

/** One event that fired, cut to a bounded size. */
export interface Evidence {
  readonly time: string;
  readonly position: EventPosition | null;
  /** Null where the event was no longer at hand (a late event made an older match fire). */
  readonly event: EventFields | null;
}

/** What a step of an incident's life was. A closed set. */
export type HistoryStep =
  | 'opened'
  | 'resolved'
  | 'merged'
  | 'reopened'
  | 'acknowledged'
  | 'unacknowledged'
  | 'assigned'
  | 'noted'
  | 'severity-changed'
  | 'absorbed'
  | 'unmerged'
  | 'released';

export interface HistoryEntry {
  /** Event time of what tocsin did itself; wall clock of what a person did. */
  readonly time: string;
  readonly what: HistoryStep;
  /** `tocsin` for what nobody asked for. */
  readonly who: string;
  /** Version of the incident that this made; missing in entries written before there were any. */
  readonly version?: number;
  /** Why, in words. */
  readonly note?: string;
  /**
   * Before and after, of an assignment (null: nobody) or a severity. Where a person merged two incidents: `to` the one
   * it became part of, and there `from` the one it took in; where that was taken back, `from` in both is the other.
   */
  readonly from?: string | null;
  readonly to?: string | null;
  /** Id of the incident that this happened to, before it became part of this one. Such an entry has no version. */
  readonly of?: string;
}

/** An incident that a person merged into another, as the other shows it. */
export interface MergedPart {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly events: number;
  readonly firings: number;
}

/** Who does what nobody asked for. */
export const itself = 'tocsin';

/**
 * An incident as everybody sees it: the value on the incidents topic, the output of `replay`, the row in SQLite.
 * Times are ISO-8601 UTC with milliseconds. Types are stable: a stock Kafka Connect sink takes it unchanged.
 */
export interface Incident {
  /** hash(rule id, group key, time of the first firing it was opened with); never changes. */
  readonly id: string;
  /** Rises by one with every published change. */
  readonly version: number;
  readonly status: IncidentStatus;
  readonly reason: IncidentReason;
  readonly rule: { readonly id: string; readonly title: string; readonly hash: string };
  /** What the rule says, or what a person changed it to. */
  readonly severity: Severity;
  /** Who changed the severity: it stays then, whatever the rule says. Null: nobody did. */
  readonly severitySetBy: string | null;
  /** Who has it; null: nobody. */
  readonly assignee: string | null;
  /** How often it fired again after a person had resolved it. */
  readonly flaps: number;
  /** The rule's title with the first event's values filled in. */
  readonly title: string;
  /** Why it fired, in words. */
  readonly summary: string;
  readonly tags: readonly string[];
  readonly group: Readonly<Record<string, unknown>>;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Distinct contributing matches. */
  readonly events: number;
  readonly firings: number;
  /** The highest value of its firings (the count, sum, ...). */
  readonly peak: number;
  /** The earliest firings' events, ten at most. */
  readonly evidence: readonly Evidence[];
  /** Who did what, when and why, oldest first; 200 entries at most. */
  readonly history: readonly HistoryEntry[];
  /** Ids of the remediation commands proposed for it. */
  readonly remediation: readonly string[];
  readonly runbook: string;
  readonly references: readonly string[];
  /** True for a rule in status `shadow`: nobody is told. */
  readonly shadow: boolean;
  /** The incident that this one is part of, by a late event or by a person. */
  readonly mergedInto: string | null;
  /** What persons merged into it: counted in its own counts. Left out where nobody did; at most `mergedMax`. */
  readonly mergedFrom?: readonly MergedPart[];
  /** Event time of this version (lastSeen, or when it was quiet; what persons do leaves it): what sinks take as the document's time. */
  readonly '@timestamp': string;
}
