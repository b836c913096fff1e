import { describe, expect, test } from 'vitest';
import {
  firingAt,
  firingsOf,
  groupOf,
  IncidentRun,
  unwindowedRule,
  windowedRule,
} from '../../test/support/incident-run.ts';
import type { Firing } from '../shared/model/firing.ts';

// What happens to open incidents when the process restarts, when rules change, and at the bounds.

const rule = windowedRule;
const always = Number.NEGATIVE_INFINITY;

describe('a restart', () => {
  test('takes up settled and speculative firings where they were, and publishes nothing', () => {
    const run = new IncidentRun([rule]);
    const [a, b, c] = [firingAt(1_000), firingAt(1_050), firingAt(1_100, { fresh: 4 })];
    run.fold([firingsOf(rule, { now: [a, b] })], always);
    run.fold([firingsOf(rule, { change: 'settled', settled: [a], tail: () => [b] })], 1_020);
    run.restart((ruleId, key) => (ruleId === rule.id && key === groupOf('203.0.113.7').key ? [b] : []));
    expect(run.fold([], 1_020)).toEqual([]);
    const [change] = run.fold([firingsOf(rule, { now: [c], tail: () => [b, c] })], 1_020);
    expect(change?.incident).toMatchObject({ version: 2, firings: 3, events: 15 });
    expect(change?.incident.evidence.length).toBe(3);
    expect(run.incidents().length).toBe(1);
  });

  test('resolves what has become quiet in the meantime', () => {
    const run = new IncidentRun([rule]);
    const firing = firingAt(1_000);
    run.fold([firingsOf(rule, { now: [firing], settled: [firing], tail: () => [] })], 1_000);
    run.restart(() => []);
    expect(run.fold([], 1_100).map(({ kind }) => kind)).toEqual(['resolved']);
  });

  test('without the rule resolves its incidents, and says why', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    run.restart(() => [], { rules: [] });
    const [change] = run.fold([], always);
    expect(change).toMatchObject({ kind: 'resolved', incident: { status: 'resolved', firings: 1 } });
    expect(change?.incident.history.at(-1)?.note).toBe('its rule was removed');
    expect(run.stage.openGroups).toBe(0);
  });
});

describe('an id', () => {
  const anchor = firingAt(1_350);
  const early = firingAt(1_200);
  const refolded = (tail: readonly Firing[], settled: readonly Firing[] = []) =>
    firingsOf(rule, { change: 'refolded', fired: [], settled, tail: () => tail });

  /** Opened with a firing that a late event takes away, after others have tied it to an earlier one. */
  function openedWithWhatWent(): IncidentRun {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [anchor] })], always);
    run.fold([refolded([early, firingAt(1_275), anchor])], always);
    run.fold([refolded([early])], always);
    return run;
  }

  test('is not given again while the firing it stands for may come back, though the incident is quiet', () => {
    const run = openedWithWhatWent();
    const [quiet] = run.fold([refolded([], [early])], 1_300);
    expect(quiet?.kind).toBe('resolved');
    const [opened] = run.fold([refolded([anchor])], 1_310);
    expect(opened?.kind).toBe('opened');
    expect(opened?.incident.id).not.toBe(quiet?.incident.id);
    expect(run.incidents().map(({ firings }) => firings)).toEqual([1, 1]);
  });

  test('comes back with its firing, though the firings it held last are long past', () => {
    const run = openedWithWhatWent();
    const [revised] = run.fold([refolded([])], 1_190);
    expect(revised?.kind).toBe('revised');
    run.fold([], 1_310);
    const [reopened] = run.fold([refolded([anchor])], 1_320);
    expect(reopened?.kind).toBe('reopened');
    expect(reopened?.incident.id).toBe(revised?.incident.id);
  });
});

describe('new rules', () => {
  test('speak through the incidents that are open', () => {
    const run = new IncidentRun([rule]);
    run.fold([firingsOf(rule, { now: [firingAt(1_000)] })], always);
    const next = { ...rule, severity: 'critical', hash: 'h2', status: 'shadow', dedupMs: 1_000 } as const;
    run.stage.replaceRules([next]);
    const [change] = run.fold([firingsOf(next, { now: [firingAt(1_500)] })], always);
    expect(change?.incident).toMatchObject({
      severity: 'critical',
      rule: { hash: 'h2' },
      // Whoever was told of it hears how it goes on.
      shadow: false,
      firings: 2,
    });
  });
});

describe('the bounds', () => {
  test('end the groups that were longest without a firing, say so, and give no id twice', () => {
    const login = unwindowedRule();
    const run = new IncidentRun([login], { groupsMax: 3 });
    const at = (ip: string, timeMs: number) =>
      firingsOf(login, {
        ip,
        now: [firingAt(timeMs, { position: { topic: ip, partition: 0, offset: timeMs, index: 0 } })],
      });
    for (const [index, ip] of ['a', 'b', 'c', 'd', 'e'].entries()) run.fold([at(ip, 1_000 + index)], always);
    expect(run.stage.openGroups).toBe(3);
    const ended = run.incidents().filter(({ status }) => status === 'resolved');
    expect(ended.map(({ group }) => group['source.ip'])).toEqual(['a', 'b']);
    expect(ended[0]?.history.at(-1)?.note).toBe('more than 3 groups had open incidents');
    const again = firingsOf(login, { ip: 'a', now: [firingAt(1_000)] });
    const outcome = run.stage.fold([again], () => always);
    expect(outcome.changes[0]?.incident.id).not.toBe(ended[0]?.id);
    expect(outcome.capped).toEqual([{ ruleId: login.id, reason: 'open-incidents', count: 1 }]);
  });

  test('end the earliest episodes of a group that has too many', () => {
    const login = unwindowedRule({ dedupMs: 1 });
    const run = new IncidentRun([login], { episodesMax: 2 });
    const now = [1_000, 1_010, 1_020, 1_030].map((timeMs) => firingAt(timeMs));
    run.fold([firingsOf(login, { now })], always);
    expect(run.incidents().map(({ status }) => status)).toEqual(['resolved', 'resolved', 'open', 'open']);
  });
});
