import { differences } from './compared.ts';
import { judgedTurns } from './judged-turns.ts';
import { firingsOnLate, isAmong } from './late-events.ts';
import { naiveReference } from './naive-reference.ts';
import { isOfLogs } from './of-logs.ts';
import { ownIncidents } from './own-incidents.ts';
import type { Persons } from './persons.ts';
import { personsFaults } from './persons-faults.ts';
import { replayed } from './replayed.ts';
import { tortureRules } from './torture-rules.ts';
import { type TortureWorld, watermarkIn } from './torture-world.ts';
import { committed, turnNotes } from './turn-notes.ts';
import { eventsOnTopic, publishedFirings, publishedVersions, storedIncidents } from './what-came-out.ts';

export interface ComparedWorld {
  readonly world: TortureWorld;
  readonly persons: Persons;
  /** The event time from which on no partition was idle any more. */
  readonly sharpFromMs: number;
}

/** Compares what came of a run with what must have come of it. Every list is empty when all is well. */
export async function compareAll({ world, persons, sharpFromMs }: ComparedWorld) {
  const events = await eventsOnTopic(world);
  const turns = judgedTurns(committed(turnNotes(world.turnsFile)), { events, sharpFromMs });
  const isLate = isAmong(turns.late);
  const published = await publishedFirings(world);
  const versions = await publishedVersions(world);
  const stored = storedIncidents(world, versions);
  const expected = {
    replay: await replayed(world, events, isLate),
    naive: naiveReference(tortureRules, events, isLate),
  };
  const late = firingsOnLate(events, isLate);
  const reference = {
    firings: [...expected.replay.firings, ...late.firings],
    incidents: expected.replay.incidents.filter(late.isExact),
  };
  const naive = { ...expected.naive, incidents: expected.naive.incidents.filter(late.isExact) };
  const own = ownIncidents(stored.documents, expected.replay.incidents);
  const firings = differences(reference.firings, published.firings);
  const incidents = differences(
    reference.incidents,
    own.incidents.filter(late.isExact).filter(({ ruleId }) => isOfLogs(ruleId)),
  );
  const wishes = personsFaults(persons.asked(), stored.documents, versions.kinds);
  const newestMs = events.reduce((newest, { timeMs }) => Math.max(newest, timeMs), Number.NEGATIVE_INFINITY);
  return {
    wishesDone: wishes.done,
    merges: wishes.merges,
    unmerges: wishes.unmerges,
    wishesRefused: wishes.refused,
    wishFaults: wishes.faults,
    livesThatPassed: turns.livesThatPassed,
    late: turns.late.length,
    lateByEarlierLife: turns.lateByEarlierLife,
    turnFaults: turns.faults,
    isByWallClock: watermarkIn(world.state) > newestMs,
    events: events.length,
    firings: reference.firings.length,
    firingsByRule: new Map(
      tortureRules.map(({ id }) => [id, reference.firings.filter(({ ruleId }) => ruleId === id).length]),
    ),
    incidents: reference.incidents.length,
    versions: versions.versions,
    repeats: published.repeats + versions.repeats,
    firingsLost: firings.missing,
    firingsDoubled: published.doubled,
    firingsInvented: firings.surplus,
    incidentFaults: [
      ...said('missing', incidents.missing),
      ...said('surplus', incidents.surplus),
      ...own.faults,
    ],
    versionFaults: [...versions.faults, ...stored.faults],
    referenceFaults: [
      ...disagreements('firing', differences(naive.firings, reference.firings)),
      ...disagreements('incident', differences(naive.incidents, reference.incidents)),
    ],
  };
}

export const said = (what: string, list: readonly string[]): string[] =>
  list.map((text) => `${what}: ${text}`);

function disagreements(
  what: string,
  { missing, surplus }: { readonly missing: readonly string[]; readonly surplus: readonly string[] },
): string[] {
  return [...said(`only the naive ${what}`, missing), ...said(`only the replayed ${what}`, surplus)];
}
