import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { ComparedFiring, ComparedIncident } from './compared.ts';
import { naiveReference } from './naive-reference.ts';
import { isWindowed } from './torture-rule.ts';
import { tortureRules } from './torture-rules.ts';
import type { LateEvent } from './turn-notes.ts';

/** Whether an event is one of these. */
export function isAmong(late: readonly LateEvent[]): (event: LogEvent) => boolean {
  const places = new Set(late.map(({ partition, offset }) => `${partition}/${offset}`));
  return ({ position }) => places.has(`${position.partition}/${position.offset}`);
}

/**
 * A rule without window fires on late events, too. Which incident such a firing belongs to depends on when it came (one that
 * would be over is kept open for the dedup): incidents of the groups to which that happened are not exact.
 */
export function firingsOnLate(
  events: readonly LogEvent[],
  isLate: (event: LogEvent) => boolean,
): {
  readonly firings: readonly ComparedFiring[];
  readonly isExact: (incident: ComparedIncident) => boolean;
} {
  const rules = tortureRules.filter((rule) => !isWindowed(rule));
  const { firings, incidents } = naiveReference(rules, events.filter(isLate));
  const groups = new Set(incidents.map(nameOf));
  return { firings, isExact: (incident) => !groups.has(nameOf(incident)) };
}

const nameOf = ({ ruleId, group }: ComparedIncident): string => `${ruleId} ${group}`;
