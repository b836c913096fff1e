import { expect, test } from 'vitest';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { IncidentChangeKind } from '../../src/shared/model/incident-change.ts';
import { TellingWorld } from '../support/telling-world.ts';

// What a person does to an incident that is final: nobody remembers any more who was told of it.

const merged = { status: 'merged', reason: 'person', mergedInto: 'other' } as const;
const quiet = { status: 'resolved', reason: 'quiet', mergedInto: null } as const;

const cases: {
  title: string;
  last: Partial<Incident>;
  kind: IncidentChangeKind;
  parts: Partial<Incident>;
  told: readonly string[];
}[] = [
  { title: 'a note', last: quiet, kind: 'noted', parts: {}, told: [] },
  { title: 'one that was taken out of it', last: quiet, kind: 'released', parts: {}, told: [] },
  {
    title: 'that it was taken out of another and is over',
    last: merged,
    kind: 'unmerged',
    parts: quiet,
    told: [],
  },
  {
    title: 'that it was taken out of another and stands',
    last: merged,
    kind: 'unmerged',
    parts: { status: 'open', reason: 'person', mergedInto: null },
    told: ['reopened one'],
  },
];

test.each(cases)('of one that is final nobody hears $title again: $told', ({ last, kind, parts, told }) => {
  const world = new TellingWorld();
  world.change('one', 'opened', { rule: { id: 'alone', title: 'T', hash: 'h' } });
  world.commit();
  world.change('one', last.status === 'merged' ? 'merged' : 'resolved', last);
  world.final('one');
  world.commit();
  world.nowMs += 3_600_000;
  world.commit();
  const before = world.told.length;
  world.change('one', kind, parts);
  world.commit();
  const heard = world.told.slice(before).map((line) => line.split(' ').slice(2).join(' '));
  expect(new Set(heard)).toEqual(new Set(told));
});
