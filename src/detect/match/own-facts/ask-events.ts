import type { Almanac } from 'json-rules-engine';
import type { LogEvent } from '../../../shared/model/log-event.ts';
import type { CompiledRule } from '../compile-rule.ts';
import type { Almanacs } from './event-almanac.ts';

/** By default so many events are asked about at once: what own facts ask of others (a cache, a directory) sees no more calls at a time for each fact of a rule. */
export const eventsAtOnce = 32;

export interface AskEventsOptions {
  readonly almanacs: Almanacs;
  /** So many events are asked about at a time. */
  readonly atOnce?: number;
  /** The rules with own facts that the event may match. */
  readonly candidates: (event: LogEvent) => readonly CompiledRule[];
}

/** Asks own facts about events before they are matched: only where a rule cannot be judged without. Never rejects. */
export async function askEvents(events: readonly LogEvent[], options: AskEventsOptions): Promise<void> {
  const queue = events.values();
  const workers = Array.from(
    { length: Math.min(options.atOnce ?? eventsAtOnce, events.length) },
    async () => {
      for (const event of queue) {
        const rules = options.candidates(event).filter((rule) => isWorthAsking(rule, event));
        if (rules.length > 0) await askEvent(event, rules, options.almanacs);
      }
    },
  );
  await Promise.all(workers);
}

/** As far as the event alone tells; a rule that throws is judged when the event is matched. */
function isWorthAsking({ asked, matches }: CompiledRule, { fields, source }: LogEvent): boolean {
  if (asked?.conditions !== undefined) return asked.conditions.mayHold(fields);
  return holds(() => matches(fields, source));
}

/** One almanac an event: what one rule asked is known to the others. */
async function askEvent(event: LogEvent, rules: readonly CompiledRule[], almanacs: Almanacs): Promise<void> {
  const almanac = almanacs.of(event.fields);
  await Promise.all(rules.map((rule) => askRule(event, rule, almanac)));
}

async function askRule(
  { fields, source }: LogEvent,
  { asked, matches }: CompiledRule,
  almanac: Almanac,
): Promise<void> {
  await asked?.conditions?.ask(fields, almanac);
  const others = asked?.others ?? [];
  if (others.length === 0 || !holds(() => matches(fields, source))) return;
  await Promise.all(others.filter((each) => each.mayHold(fields)).map((each) => each.ask(fields, almanac)));
}

function holds(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}
