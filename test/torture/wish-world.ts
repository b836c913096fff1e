import fc from 'fast-check';
import type { GroupFirings } from '../../src/shared/model/firing.ts';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { ActionRequest, IncidentAction } from '../../src/shared/model/incident-action.ts';
import { severities } from '../../src/shared/model/severity.ts';
import { Delivery, firingsOfGroup, lastStep, type Step, step } from '../support/incident-deliveries.ts';
import { firingsOf, IncidentRun, unwindowedRule, windowedRule } from '../support/incident-run.ts';
import { askedOf, cameOf } from './asked-of-run.ts';
import type { Came } from './came-of-wishes.ts';
import { type ComparedIncident, comparedIncident, isStanding } from './compared.ts';
import type { Asked } from './persons.ts';

// Worlds in which torture's persons do whatever persons may do, without broker, processes and kills: thousands of them in
// the time that torture takes for one.

const wish = fc.record({
  nth: fc.nat(59),
  other: fc.nat(59),
  who: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom(
    ...(['merge', 'merge', 'merge', 'unmerge', 'unmerge', 'severity', 'severity', 'assign'] as const),
    ...(['acknowledge', 'unacknowledge', 'note', 'resolve', 'resolve', 'reopen'] as const),
  ),
  assignee: fc.constantFrom(null, 'bob', 'carol'),
  severity: fc.constantFrom(...severities),
  /** So many versions ago somebody looked; null: they say nothing of it. */
  ago: fc.constantFrom(null, null, null, 0, 1, 3),
});

/** So many of the newest. */
const lookedAtMax = 5;

type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

const turn = fc.record({ step, wishes: fc.array(wish, { maxLength: 6 }) });

/** Firings of two rules with windows, which late events change, and of one without; and what persons wish for after each batch. */
export const wishWorlds = fc.record({
  a: firingsOfGroup,
  b: firingsOfGroup,
  c: firingsOfGroup,
  dedupMs: fc.constantFrom(0, 40, 100, 250),
  turns: fc.array(turn, { maxLength: 12 }),
  /** So many notes on one incident, early and late: a history keeps 200 entries. */
  notes: fc.constantFrom(...[0, 0, 0, 0, 0, 0, 0, 0, 0, 95]),
  /** When everything is settled. */
  afterwards: fc.array(wish, { maxLength: 12 }),
});

type WishWorld = typeof wishWorlds extends fc.Arbitrary<infer T> ? T : never;

/** What came of the wishes, and the incidents of the same world without persons. */
interface Lived {
  readonly came: Came;
  readonly undisturbed: readonly ComparedIncident[];
}

export function lived(world: WishWorld): Lived {
  const persons = new Persons();
  const disturbed = new Driven(world);
  const undisturbed = new Driven(world);
  for (const { step, wishes } of world.turns) {
    for (const each of [disturbed, undisturbed]) each.next(step);
    for (const each of wishes) persons.ask(disturbed.run, each);
    if (step.restart) disturbed.restart();
    if (step === world.turns[0]?.step) persons.note(disturbed.run, world.notes);
  }
  persons.note(disturbed.run, world.notes);
  for (const each of [disturbed, undisturbed]) each.next(lastStep);
  for (const each of world.afterwards) persons.ask(disturbed.run, each);
  // What waited for another that was taken out of it is over now.
  disturbed.idle();
  return {
    came: cameOf(disturbed.run, persons.asked),
    undisturbed: undisturbed.run.incidents().filter(isStanding).map(comparedIncident),
  };
}

/** The incidents of a world, batch by batch. */
class Driven {
  readonly run: IncidentRun;
  readonly #windowed: readonly Delivery[];
  readonly #login = unwindowedRule({ severity: 'low' });
  #fired = 0;

  constructor({ a, b, c, dedupMs }: WishWorld) {
    const scan = { ...windowedRule, dedupMs };
    const spray = { ...windowedRule, id: 'password-spray', severity: 'medium', dedupMs } as const;
    this.run = new IncidentRun([scan, spray, { ...this.#login, dedupMs }]);
    this.#windowed = [
      new Delivery(scan, { '203.0.113.7': a, '198.51.100.9': b }),
      new Delivery(spray, { '192.0.2.1': c }),
    ];
  }

  next(step: Step): void {
    const changes = this.#windowed.flatMap((delivery) => delivery.next(step));
    this.run.fold([...changes, ...this.#logins(step)], this.#watermark);
  }

  idle(): void {
    this.run.fold([], this.#watermark);
  }

  restart(): void {
    this.run.restart((ruleId, key) => this.#deliveryOf(ruleId)?.tailOf(key) ?? [], {
      watermarkOf: () => this.#watermark,
    });
  }

  get #watermark(): number {
    return this.#windowed[0]?.watermark ?? -1;
  }

  #deliveryOf(ruleId: string): Delivery | undefined {
    return ruleId === this.#login.id ? undefined : this.#windowed[ruleId === windowedRule.id ? 0 : 1];
  }

  /** A rule without window fires once for each of its events, and takes nothing back. */
  #logins({ believed }: Step): readonly GroupFirings[] {
    const now = believed.map((firing) => {
      this.#fired += 1;
      return { ...firing, position: { topic: 'logins', partition: 0, offset: this.#fired, index: 0 } };
    });
    return now.length === 0 ? [] : [firingsOf(this.#login, { now, ip: '203.0.113.99' })];
  }
}

class Persons {
  readonly asked: Asked[] = [];

  ask(run: IncidentRun, wish: Wish): void {
    const incident = incidentOf(run, wish);
    if (incident === undefined) return;
    const who = `person-${wish.who}`;
    const action = actionOf(run, wish, incident);
    this.#ask(run, { incidentId: incident.id, version: seen(incident, wish), action, who });
  }

  /** So many, on the newest incident. */
  note(run: IncidentRun, count: number): void {
    const incidentId = lookedAt(run).at(-1)?.id;
    if (incidentId === undefined) return;
    const request = { incidentId, version: null, action: { kind: 'note' }, who: 'person-1' } as const;
    for (let nth = 0; nth < count; nth += 1) this.#ask(run, request);
  }

  #ask(run: IncidentRun, request: Omit<ActionRequest, 'note'>): void {
    const nth = this.asked.length;
    this.asked.push(askedOf(run, nth, { ...request, note: `wish ${nth}` }));
  }
}

const nthOf = (incidents: readonly Incident[], nth: number): Incident | undefined =>
  incidents[nth % Math.max(1, incidents.length)];

/** Persons look at a few incidents: so it comes that several do something with one. */
const lookedAt = (run: IncidentRun): readonly Incident[] => run.incidents('standing').slice(-lookedAtMax);

/** Only what is part of another can be taken out of it; now and then it is tried with another. */
function incidentOf(run: IncidentRun, { nth, kind }: Wish): Incident | undefined {
  const all = lookedAt(run);
  const parts = run.incidents().filter(({ mergedInto }) => mergedInto !== null);
  return nthOf(kind === 'unmerge' && parts.length > 0 && nth !== 0 ? parts : all, nth);
}

const seen = ({ version }: Incident, { ago }: Wish): number | null =>
  ago === null ? null : Math.max(1, version - ago);

function actionOf(run: IncidentRun, wish: Wish, incident: Incident): IncidentAction {
  const { kind, assignee, severity } = wish;
  const other = nthOf(lookedAt(run), wish.other) ?? incident;
  switch (kind) {
    case 'merge':
      return { kind, into: other.id, intoVersion: seen(other, wish) };
    case 'unmerge':
      return { kind, into: incident.mergedInto ?? other.id, intoVersion: null };
    case 'assign':
      return { kind, assignee };
    case 'severity':
      return { kind, severity };
    default:
      return { kind };
  }
}
