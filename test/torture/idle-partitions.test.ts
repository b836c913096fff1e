import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRules } from '../../src/config/rule-files.ts';
import { assembleEngine } from '../../src/engine/assemble-engine.ts';
import type { SettledFiring } from '../../src/engine/engine.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { sourceDefaults } from '../../src/shared/model/source-config.ts';
import { comparedFiring, comparedIncident, differences, isStanding } from './compared.ts';
import { type JudgedTurns, judgedTurns } from './judged-turns.ts';
import { firingsOnLate, isAmong } from './late-events.ts';
import { naiveReference } from './naive-reference.ts';
import { noteTurns } from './note-turns.ts';
import { seededRandom } from './seeded-random.ts';
import { Silences } from './silences.ts';
import { disorderMs, type Sending, startMs, TortureEvents } from './torture-events.ts';
import { tortureRules } from './torture-rules.ts';
import { idleAfterMs, partitions } from './torture-world.ts';
import { turnNotes } from './turn-notes.ts';

// What the torture run does to partitions, in memory and with a clock of its own: no broker, no kills. It shows that the
// references are exact about late events once tocsin's notes say which those are.

const rounds = 300;
const source = 'torture';
const folder = mkdtempSync(join(tmpdir(), 'tocsin-idle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Came {
  readonly events: readonly LogEvent[];
  readonly settled: readonly SettledFiring[];
  readonly incidents: readonly Incident[];
  readonly turns: JudgedTurns;
}

function engineOfTorture() {
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(tortureRules.map(({ written }) => written)));
  const { engine } = assembleEngine({
    rules: loadRules([file]).rules.map(({ rule }) => rule),
    sources: [
      {
        ...sourceDefaults,
        name: source,
        topics: ['logs'],
        latenessMs: disorderMs,
        idleAfterMs,
        maxSkewMs: 31_536_000_000,
      },
    ],
  });
  return engine;
}

/** Ten rounds a second of a wall clock that is before all events, and at the end long after them. */
function came(seed: number): Came {
  const engine = engineOfTorture();
  const { watermarks } = engine;
  const turnsFile = join(folder, `turns-${seed}`);
  const noted = noteTurns(turnsFile, 'idle');
  const events: LogEvent[] = [];
  const settled: SettledFiring[] = [];
  const incidents = new Map<string, Incident>();
  let nowMs = startMs - 1_000_000_000;
  const settle = (): void => {
    const outcome = engine.settle();
    settled.push(...outcome.settled);
    for (const { incident } of outcome.changes) incidents.set(incident.id, incident);
    noted();
  };
  const numbers = Array.from({ length: partitions }, (_, partition) => partition);
  const assigned = numbers.map((partition) => ({ topic: 'logs', partition, caughtUp: true }));
  watermarks.assigned({ source, partitions: assigned, nowMs });
  const read = (sendings: readonly Sending[]): void => {
    nowMs += 100;
    const own = Map.groupBy(sendings, ({ partition }) => partition);
    for (const [partition, list] of own) {
      const offset = events.filter(({ position }) => position.partition === partition).length;
      for (const [nth, sending] of list.entries()) {
        const event = eventOf(sending, offset + nth);
        events.push(event);
        engine.observe(event, nowMs);
      }
      watermarks.progress({ source, topic: 'logs', partition, caughtUp: true, nowMs });
    }
    watermarks.tick(nowMs);
    settle();
  };
  const feed = new TortureEvents({ random: seededRandom(seed), producers: 1, partitions });
  const silences = new Silences({
    random: seededRandom(seed + 1),
    partitions,
    watermarkMs: () => watermarks.watermarkOf(source) ?? Number.NEGATIVE_INFINITY,
  });
  for (let nth = 0; nth < rounds; nth += 1) read(silences.of(feed.nextRound()));
  silences.end();
  for (const sendings of feed.closing()) read(silences.of(sendings));
  nowMs = startMs + 1_000_000_000;
  watermarks.tick(nowMs);
  settle();
  const turns = judgedTurns(turnNotes(turnsFile), { events, sharpFromMs: feed.nowMs });
  return { events, settled, incidents: [...incidents.values()], turns };
}

const eventOf = ({ partition, value, timeMs }: Sending, offset: number): LogEvent => ({
  fields: JSON.parse(value) as LogEvent['fields'],
  timeMs,
  timeOrigin: 'field',
  source,
  position: { topic: 'logs', partition, offset, index: 0 },
  weight: 1,
});

describe('partitions that fall idle, are passed by, and come back too late', () => {
  let run: Came;

  beforeAll(() => {
    run = came(Number(process.env['TORTURE_SEED'] ?? 7));
  });

  test('it happened, and nothing else than what may happen', () => {
    expect(run.turns.livesThatPassed).toBe(1);
    expect(run.turns.late.length).toBeGreaterThan(10);
    expect(run.turns.faults).toEqual([]);
  });

  test('with what was late taken out, the reference has the same firings and incidents', () => {
    const isLate = isAmong(run.turns.late);
    const { firings, incidents } = naiveReference(tortureRules, run.events, isLate);
    const settled = run.settled.map(({ ruleId, group, firing }) => comparedFiring(ruleId, group.key, firing));
    expect(settled.length).toBeGreaterThan(rounds);
    expect(differences(firings, settled)).toEqual({ missing: [], surplus: [] });
    const { isExact } = firingsOnLate(run.events, isLate);
    const found = run.incidents.filter(isStanding).map(comparedIncident).filter(isExact);
    expect(differences(incidents.filter(isExact), found)).toEqual({ missing: [], surplus: [] });
  });

  test('had nothing been late, it would have other firings', () => {
    const { firings } = naiveReference(tortureRules, run.events);
    const settled = run.settled.map(({ ruleId, group, firing }) => comparedFiring(ruleId, group.key, firing));
    expect(differences(firings, settled).missing).not.toEqual([]);
  });
});
