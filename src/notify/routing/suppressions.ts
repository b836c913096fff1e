import { isoTime } from '../../shared/iso-time.ts';
import { isoToMs } from '../../shared/iso-to-ms.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentMatch } from '../../shared/model/incident-match.ts';
import type { Silence } from '../../shared/model/silence.ts';
import type { SourceOfTopic } from './incident-match.ts';
import { Inhibitions, type InhibitRule } from './inhibition.ts';
import type { RouteNode } from './route.ts';
import { silencedBy } from './silence.ts';
import { isWithinAny, nextChangeMs, type TimeInterval } from './time-interval.ts';

/** A time in which nobody is told of what matches, as configured. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly match: IncidentMatch;
  /** ISO-8601 UTC; in force in [from, until). */
  readonly from: string;
  readonly until: string;
  readonly comment: string;
}

/** What keeps receivers from being told, as configured. */
export interface SuppressionRules {
  readonly inhibitRules: readonly InhibitRule[];
  /** By the names that routes mute by. */
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  readonly maintenance: readonly MaintenanceWindow[];
  readonly sourceOf: SourceOfTopic;
}

/** Why an incident is not told now. */
export interface Suppression {
  readonly reason: 'inhibited' | 'muted' | 'silenced' | 'maintenance';
  readonly detail: string;
  /** When to look again; null: when the incident `by` is over. */
  readonly untilMs: number | null;
  readonly by?: string;
}

interface Muted {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly suppression: Suppression | undefined;
}

/** Knows what keeps people from being told at a moment of the wall clock: other incidents, the calendar, and persons. */
export class Suppressions {
  readonly #rules: SuppressionRules;
  readonly #inhibitions: Inhibitions;
  readonly #maintenance: readonly Silence[];
  #silences: readonly Silence[] = [];
  /** Of each route until its next change; there are as many as routes. */
  readonly #muted = new Map<RouteNode, Muted>();

  constructor(rules: SuppressionRules) {
    this.#rules = rules;
    this.#inhibitions = new Inhibitions(rules.inhibitRules, rules.sourceOf);
    this.#maintenance = rules.maintenance.map(({ name, ...window }) => ({ id: name, author: '', ...window }));
  }

  replaceSilences(silences: readonly Silence[]): void {
    this.#silences = silences;
  }

  /** An incident as it is now. */
  observe(incident: Incident): void {
    this.#inhibitions.observe(incident);
  }

  /** How many inhibit no more though they stand, for there are too many; since the last call. */
  takeForgotten(): number {
    return this.#inhibitions.takeForgotten();
  }

  /** The first that holds, in the order inhibited, muted, silenced, maintenance. */
  of(incident: Incident, node: RouteNode, nowMs: number): Suppression | undefined {
    return (
      this.#inhibited(incident) ?? this.mutedBy(node, nowMs) ?? this.#silencedOrMaintained(incident, nowMs)
    );
  }

  /** Whether the calendar keeps a route from telling anything. */
  mutedBy(node: RouteNode, nowMs: number): Suppression | undefined {
    if (node.mute.length === 0 && node.active.length === 0) return undefined;
    const known = this.#muted.get(node);
    if (known !== undefined && known.fromMs <= nowMs && nowMs < known.untilMs) return known.suppression;
    // Apart from each other: where one list ends as the other begins, both together would seem to go on.
    const lists = [node.mute, node.active].filter(({ length }) => length > 0);
    const changes = lists.map((names) =>
      nextChangeMs(
        names.flatMap((name) => this.#intervals(name)),
        nowMs,
      ),
    );
    const untilMs = Math.min(...changes);
    const why = this.#whyMuted(node, nowMs);
    const suppression = why === undefined ? undefined : ({ reason: 'muted', detail: why, untilMs } as const);
    this.#muted.set(node, { fromMs: nowMs, untilMs, suppression });
    return suppression;
  }

  #whyMuted({ mute, active }: RouteNode, nowMs: number): string | undefined {
    const within = (name: string): boolean => isWithinAny(this.#intervals(name), nowMs);
    const muting = mute.find(within);
    if (muting !== undefined) return `in the time interval ${muting}`;
    return active.length === 0 || active.some(within) ? undefined : `outside of ${active.join(', ')}`;
  }

  #intervals(name: string): readonly TimeInterval[] {
    return this.#rules.timeIntervals.get(name) ?? [];
  }

  #inhibited(incident: Incident): Suppression | undefined {
    const found = this.#inhibitions.inhibitedBy(incident);
    if (found === undefined) return undefined;
    return {
      reason: 'inhibited',
      detail: `by incident ${found.by} (${found.rule})`,
      untilMs: null,
      by: found.by,
    };
  }

  #silencedOrMaintained(incident: Incident, nowMs: number): Suppression | undefined {
    const world = { nowMs, sourceOf: this.#rules.sourceOf };
    const silence = silencedBy(incident, this.#silences, world);
    if (silence !== undefined) {
      const { id, author, comment, until } = silence;
      const detail = `silence ${id} of ${author} until ${until}: ${comment}`;
      return { reason: 'silenced', detail, untilMs: isoToMs(until) };
    }
    const window = silencedBy(incident, this.#maintenance, world);
    if (window === undefined) return undefined;
    const untilMs = isoToMs(window.until);
    const detail = `${window.id} until ${isoTime(untilMs)}${window.comment === '' ? '' : `: ${window.comment}`}`;
    return { reason: 'maintenance', detail, untilMs };
  }
}
