import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editedWorlds } from './support/edited-worlds.ts';
import { type Editing, RuleWorldRun } from './support/rule-world-run.ts';
import type { RuleWorld } from './support/rule-worlds.ts';
import { comparedFiring, comparedIncident } from './torture/compared.ts';

// Rules that are edited while their windows and incidents hold something: it makes no difference whether that is done while
// tocsin runs, whether it is killed right behind, or whether it was stopped for it.

function cameOf(world: RuleWorld, editing: Editing): readonly string[] {
  const { settled, incidents } = new RuleWorldRun(world, editing).outcome();
  const fired = settled.map(({ ruleId, group, firing }) =>
    comparedFiring(ruleId, JSON.stringify(Object.values(group.values)), firing),
  );
  const told = incidents.map((incident) => {
    const { id, status, reason } = incident;
    return { id, status, reason, ...comparedIncident(incident) };
  });
  return [...fired, ...told].map((each) => JSON.stringify(each)).sort();
}

test('rules that are edited come to the same, hot, killed, or cold', () => {
  fc.assert(
    fc.property(editedWorlds, (world) => {
      const hot = cameOf(world, 'running');
      expect(cameOf(world, 'then killed')).toEqual(hot);
      expect(cameOf(world, 'stopped')).toEqual(hot);
    }),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 300) },
  );
});
