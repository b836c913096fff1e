import { assembleEngine } from '../../src/engine/assemble-engine.ts';
import { canonicalJson } from '../../src/shared/canonical-json.ts';
import type { EventFields } from '../../src/shared/model/log-event.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import { type SourceConfig, sourceDefaults } from '../../src/shared/model/source-config.ts';

export interface TimedEvent {
  /** Seconds from the start. */
  readonly at: number;
  readonly fields: EventFields;
  readonly weight?: number;
}

/** An hour that no test depends on. */
const startMs = 1_767_225_600_000;

/** The firings of rules over events, to the end of all time, in order: `rule 12s {"user":"u"}`. */
export function firingsOf(
  rules: readonly Rule[],
  events: readonly TimedEvent[],
  source: Partial<SourceConfig> = {},
): readonly string[] {
  const name = source.name ?? 'test';
  const { engine, faults } = assembleEngine({
    rules,
    sources: [{ ...sourceDefaults, topics: [], ...source, name }],
  });
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const partitions = [{ topic: 'test', partition: 0, caughtUp: false }];
  engine.watermarks.assigned({ source: name, partitions, nowMs: null });
  for (const [offset, { at, fields, weight = 1 }] of events.entries()) {
    const position = { topic: 'test', partition: 0, offset, index: 0 };
    const timeMs = startMs + at * 1_000;
    engine.observe({ fields, timeMs, timeOrigin: 'field', source: name, position, weight }, null);
  }
  const settled = [...engine.settle().settled];
  engine.watermarks.finish();
  settled.push(...engine.settle().settled);
  return settled
    .toSorted((a, b) => a.firing.timeMs - b.firing.timeMs)
    .map(
      ({ ruleId, group, firing }) =>
        `${ruleId} ${(firing.timeMs - startMs) / 1_000}s ${canonicalJson(group.values)}`,
    );
}
