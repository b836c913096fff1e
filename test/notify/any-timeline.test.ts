import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWithin } from '../../src/notify/routing/time-interval.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { Severity } from '../../src/shared/model/severity.ts';
import { minuteMs, siesta, TellingWorld } from '../support/telling-world.ts';

// Whatever happens on a time line: nobody is forgotten, nothing is told twice, and a restart changes nothing.

const names = ['A', 'B', 'C', 'D', 'E'];
const rules = ['alone', 'slow', 'other'];
const addresses = ['192.0.2.1', '192.0.2.2'];

type Step = (world: TellingWorld) => void;

/** Changes an incident where it stands as it must, else does nothing. */
const onIncident =
  (
    name: string,
    is: (incident: Incident | undefined) => boolean,
    act: (world: TellingWorld, incident: Incident | undefined) => void,
  ): Step =>
  (world) => {
    const incident = world.incidents.get(name);
    if (is(incident)) act(world, incident);
  };

const stands = (incident: Incident | undefined): boolean =>
  incident?.status === 'open' || incident?.status === 'acknowledged';

const anyName = fc.constantFrom(...names);
const severity = fc.constantFrom<Severity>('low', 'high', 'critical');

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        name: anyName,
        severity,
        rule: fc.constantFrom(...rules),
        address: fc.constantFrom(...addresses),
      })
      .map(({ name, severity, rule, address }) =>
        onIncident(
          name,
          (incident) => incident === undefined,
          (world) =>
            world.change(name, 'opened', {
              severity,
              rule: { id: rule, title: '', hash: '' },
              group: { 'source.ip': address },
            }),
        ),
      ),
  },
  {
    weight: 3,
    arbitrary: anyName.map((name) =>
      onIncident(name, stands, (world, incident) =>
        world.change(name, 'updated', { events: (incident?.events ?? 0) + 1 }),
      ),
    ),
  },
  anyName.map((name) =>
    onIncident(name, stands, (world) => {
      world.change(name, 'resolved', { status: 'resolved', reason: 'quiet' });
      world.final(name);
    }),
  ),
  anyName.map((name) =>
    onIncident(name, stands, (world) =>
      world.change(name, 'resolved', { status: 'resolved', reason: 'person' }),
    ),
  ),
  anyName.map((name) =>
    onIncident(name, stands, (world) =>
      world.change(name, 'revised', { status: 'resolved', reason: 'revised' }),
    ),
  ),
  anyName.map((name) =>
    onIncident(
      name,
      (incident) => incident?.reason === 'person',
      (world) => world.change(name, 'reopened', { status: 'open', reason: 'fired' }),
    ),
  ),
  anyName.map((name) =>
    onIncident(
      name,
      (incident) => incident?.status === 'open',
      (world) => world.change(name, 'acknowledged', { status: 'acknowledged' }),
    ),
  ),
  anyName.map((name) =>
    onIncident(
      name,
      (incident) => incident?.status === 'acknowledged',
      (world) => world.change(name, 'unacknowledged', { status: 'open' }),
    ),
  ),
  fc
    .tuple(anyName, severity)
    .map(([name, to]) =>
      onIncident(name, stands, (world) => world.change(name, 'severity-changed', { severity: to })),
    ),
  fc.tuple(fc.constantFrom(...addresses), fc.integer({ min: 1, max: 40 })).map(
    ([address, minutes]): Step =>
      (world) => {
        const [from, until] = [0, minutes].map((ahead) =>
          new Date(world.nowMs + ahead * minuteMs).toISOString(),
        );
        const silence = {
          id: String(world.silences.length),
          match: { group: { 'source.ip': address } },
          from: from ?? '',
          until: until ?? '',
          author: 'jo',
          comment: '',
        };
        world.silence([...world.silences, silence]);
      },
  ),
  fc.constant<Step>((world) => {
    const until = new Date(world.nowMs).toISOString();
    world.silence(world.silences.map((silence) => (silence.until > until ? { ...silence, until } : silence)));
  }),
);

/** What happens, and how many minutes later the next thing does. */
const lines = fc.array(fc.tuple(steps, fc.integer({ min: 0, max: 30 })), { maxLength: 40 });

function live(
  line: readonly (readonly [Step, number])[],
  restartsAt: (moment: number) => boolean,
): TellingWorld {
  const world = new TellingWorld();
  let moment = 0;
  const tick = (): void => {
    world.commit();
    if (restartsAt(moment)) world.restart();
    moment += 1;
  };
  for (const [step, minutes] of line) {
    step(world);
    tick();
    for (let passed = 0; passed < minutes; passed += 1) {
      world.nowMs += minuteMs;
      tick();
    }
  }
  return world;
}

/**
 * Who was told, moment by moment. What holds somebody back is looked at again by a restart, which may find another reason
 * first than the one that was found at the time.
 */
const decisions = (world: TellingWorld): string[] =>
  [...world.notices]
    .flatMap(([id, notices]) =>
      notices.filter(({ told }) => told).map((one) => `${id} ${JSON.stringify(one)}`),
    )
    .sort();

test('a restart at any moment changes nothing', () => {
  fc.assert(
    fc.property(lines, fc.func(fc.boolean()), (line, restartsAt) => {
      const whole = live(line, () => false);
      const broken = live(line, restartsAt);
      expect(broken.told).toEqual(whole.told);
      expect(broken.ids.sort()).toEqual(whole.ids.sort());
      expect(decisions(broken)).toEqual(decisions(whole));
    }),
    { numRuns: 150 },
  );
});

test('no message is sent twice', () => {
  fc.assert(
    fc.property(lines, (line) => {
      const { ids } = live(line, () => false);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 150 },
  );
});

/** Whether what a notice says holds it back really does, by the simplest reckoning. */
function holds(reason: string, incident: Incident, world: TellingWorld): boolean {
  const address = incident.group['source.ip'];
  const now = new Date(world.nowMs).toISOString();
  switch (reason) {
    case 'silenced':
      return world.silences.some(
        ({ match, from, until }) => match.group?.['source.ip'] === address && from <= now && now < until,
      );
    case 'inhibited':
      return [...world.incidents.values()].some(
        (other) => other.severity === 'critical' && stands(other) && other.group['source.ip'] === address,
      );
    case 'muted':
      return isWithin(siesta, world.nowMs);
    case 'waiting-for-group':
      // The next message of its group is at most this far away.
      return true;
    default:
      return false;
  }
}

test('whatever stands and was not told has a reason that holds; without reasons everything is told', () => {
  fc.assert(
    fc.property(lines, (line) => {
      const world = live(line, () => false);
      const untold = (): Incident[] =>
        [...world.incidents.values()].filter((incident) => {
          if (!stands(incident)) return false;
          const about = world.told.filter((message) => message.includes(` ${incident.id}`));
          return !about.some((message) => /soc\/slack .*(?:opened|reopened|raised)/.test(message));
        });
      for (const incident of untold()) {
        const last = world.notices
          .get(incident.id)
          ?.filter(({ receiver }) => receiver === 'soc')
          .at(-1);
        expect(holds(last?.reason ?? 'none', incident, world), `${incident.id}: ${last?.reason}`).toBe(true);
      }
      world.silence([]);
      for (const { id, severity } of [...world.incidents.values()])
        if (severity === 'critical' && stands(world.incidents.get(id)))
          world.change(id, 'severity-changed', { severity: 'high' });
      for (let passed = 0; passed < 24 * 60; passed += 5) {
        world.commit();
        world.nowMs += 5 * minuteMs;
      }
      expect(untold()).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('of what is over nothing stays behind', () => {
  fc.assert(
    fc.property(lines, (line) => {
      const world = live(line, () => false);
      for (const { id } of [...world.incidents.values()]) {
        if (stands(world.incidents.get(id)))
          world.change(id, 'resolved', { status: 'resolved', reason: 'quiet' });
        world.final(id);
      }
      for (let passed = 0; passed < 3 * 60; passed += 5) {
        world.commit();
        world.nowMs += 5 * minuteMs;
      }
      expect(world.stored).toEqual({ records: 0, groups: 0 });
    }),
    { numRuns: 100 },
  );
});
