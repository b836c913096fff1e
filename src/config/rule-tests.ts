import type { EventFields } from '../shared/model/log-event.ts';

/** Events of a test: one event, or a run of equal ones. Times are offsets from the start of the test. */
interface RuleTestEvents {
  readonly event: EventFields;
  /** When the first of them happens; left out: at the time of the last event of the entry before. */
  readonly atMs?: number;
  readonly repeat: number;
  readonly everyMs: number;
}

/** What must come of a test's events. */
export interface RuleTestExpectation {
  /** Incidents at the end, other than merged and revised ones. */
  readonly incidents: number;
  /** One of them has these group values. */
  readonly group?: Readonly<Record<string, unknown>>;
  readonly firings?: number;
}

/** A rule's own test, as validated. */
export interface RuleTest {
  readonly name: string;
  readonly events: readonly RuleTestEvents[];
  readonly expect: RuleTestExpectation;
}

/** An event of a test with its place in time. */
export interface TestEvent {
  readonly timeMs: number;
  readonly fields: EventFields;
}

/** A test's events in event-time order (equal times as they are written), the first entry starting at `baseMs`. */
export function expandTestEvents(test: RuleTest, baseMs: number): readonly TestEvent[] {
  const events: TestEvent[] = [];
  let endMs = 0;
  for (const { event, atMs, repeat, everyMs } of test.events) {
    const startMs = atMs ?? endMs;
    for (let nth = 0; nth < repeat; nth += 1)
      events.push({ timeMs: baseMs + startMs + nth * everyMs, fields: event });
    endMs = startMs + (repeat - 1) * everyMs;
  }
  return events.sort((a, b) => a.timeMs - b.timeMs);
}
