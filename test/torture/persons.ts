import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { ActionAnswer, ActionRequest, IncidentAction } from '../../src/shared/model/incident-action.ts';
import { severities } from '../../src/shared/model/severity.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { isOfLogsInSql } from './of-logs.ts';
import { orUndefined } from './or-undefined.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TortureWorld } from './torture-world.ts';

/** A wish, and what became of it; undefined: nobody has said yet. */
export interface Asked {
  readonly id: number;
  readonly request: ActionRequest;
  readonly answer: ActionAnswer | undefined;
}

/** Wishes a round. */
const wishesMax = 3;
/** The newest merges that somebody may think better of; what is older is mostly over. */
const mergesRemembered = 6;
const roundMs = 300;
/** Only what hangs is to end by it. */
const makeUpLimitMs = 600_000;

/**
 * Persons who work on incidents meanwhile, as `tocsin incidents ack` and the others do: each puts its wishes into the state's
 * queue, whatever tocsin does at that moment. Each wish has a note of its own, so that it is found again.
 */
export class Persons {
  readonly #world: TortureWorld;
  readonly #random: SeededRandom;
  readonly #asked: { readonly id: number; readonly request: ActionRequest }[] = [];
  /** The newest merges that were wished for, done or not. */
  #merges: readonly { readonly part: string; readonly into: string }[] = [];
  #isStopping = false;

  constructor(world: TortureWorld, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  /** Resolves when stopped. */
  async run(): Promise<void> {
    while (!this.#isStopping) {
      this.#ask();
      await sleep(roundMs);
    }
  }

  /**
   * Where tocsin hardly came to work there was little to wish for: then more is asked for, up to so many wishes, and until
   * a merge was taken back: that is no matter of luck.
   */
  async makeUpTo(wishes: number): Promise<void> {
    const limitMs = Date.now() + makeUpLimitMs;
    while (Date.now() < limitMs) {
      if (this.#asked.length < wishes) this.#ask();
      else if (this.#tookBack()) return;
      else this.#ask((incidents) => this.#changeOfMind(incidents));
      await sleep(roundMs);
    }
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Every wish with its answer, as it stands in the state. */
  asked(): readonly Asked[] {
    const store = openSqliteStore({ file: this.#world.state, readOnly: true });
    try {
      const answers = store.actions.answers(this.#asked.map(({ id }) => id));
      return this.#asked.map((each) => ({ ...each, answer: answers.get(each.id) }));
    } finally {
      store.close();
    }
  }

  #tookBack(): boolean {
    return this.asked().some(
      ({ request, answer }) => request.action.kind === 'unmerge' && answer?.kind === 'done',
    );
  }

  #ask(wishes = (incidents: readonly Incident[]): readonly ActionRequest[] => this.#wishes(incidents)): void {
    const incidents = this.#incidents();
    if (incidents.length === 0) return;
    const requests = wishes(incidents);
    const store = openSqliteStore({ file: this.#world.state, beside: true });
    try {
      const ids = store.actions.ask(requests, Date.now()) ?? [];
      this.#asked.push(...ids.map((id, nth) => ({ id, request: requests[nth]! })));
    } finally {
      store.close();
    }
  }

  /** Some that still take firings, and some that are over; tocsin's own are nobody's here. Empty before there is a state. */
  #incidents(): readonly Incident[] {
    const db = orUndefined(() => new Database(this.#world.state, { readonly: true, fileMustExist: true }));
    try {
      const from = this.#random.between(0, 255).toString(16).padStart(2, '0');
      const find = (which: string): string[] =>
        db
          ?.prepare<[string], string>(
            `SELECT document FROM incidents WHERE id >= ? AND ${isOfLogsInSql} ${which}`,
          )
          .pluck()
          .all(from) ?? [];
      // Before the first life has made its tables there are none.
      const documents = orUndefined(() => [
        ...find('AND fold IS NOT NULL ORDER BY id LIMIT 5'),
        ...find('ORDER BY id LIMIT 2'),
      ]);
      return (documents ?? []).map((document) => JSON.parse(document) as Incident);
    } finally {
      db?.close();
    }
  }

  #wishes(incidents: readonly Incident[]): readonly ActionRequest[] {
    return Array.from({ length: this.#random.between(1, wishesMax) }, (_, nth) =>
      this.#wish(incidents, this.#asked.length + nth),
    );
  }

  /** A merge that is taken back at once, of two that nothing forbids it: also where all is over. */
  #changeOfMind(incidents: readonly Incident[]): readonly ActionRequest[] {
    const who = `person-${this.#random.between(1, 4)}`;
    const apart = incidents.filter(({ status, reason }) => status !== 'merged' && reason !== 'revised');
    const [one, other] = new Map(apart.map((incident) => [incident.id, incident])).values();
    if (one === undefined || other === undefined) return [];
    const into = { into: other.id, intoVersion: null };
    const actions = [
      [other.id, { kind: 'reopen' }],
      [one.id, { kind: 'merge', ...into }],
      [one.id, { kind: 'unmerge', ...into }],
    ] as const;
    return actions.map(([incidentId, action], nth) => ({
      incidentId,
      version: null,
      action,
      who,
      note: `wish ${this.#asked.length + nth}`,
    }));
  }

  /** Now and then somebody looked at a certain version, which may not be the newest any more. */
  #wish(incidents: readonly Incident[], nth: number): ActionRequest {
    const who = `person-${this.#random.between(1, 4)}`;
    const note = `wish ${nth}`;
    if (this.#merges.length > 0 && this.#random.chance(0.15)) return { ...this.#unmerge(), who, note };
    const { id, version } = this.#random.pick(incidents);
    return {
      incidentId: id,
      version: this.#random.chance(0.3) ? version : null,
      action: this.#random.chance(0.2) ? this.#merge(id, incidents) : this.#action(),
      who,
      note,
    };
  }

  /** Into any other that they look at; now and then by mistake into itself. */
  #merge(part: string, incidents: readonly Incident[]): IncidentAction {
    const { id, version } = this.#random.pick(incidents);
    this.#merges = [...this.#merges, { part, into: id }].slice(-mergesRemembered);
    return { kind: 'merge', into: id, intoVersion: this.#random.chance(0.3) ? version : null };
  }

  /** Also of a merge that was refused, was taken back before, or was wished for a moment ago. */
  #unmerge(): Pick<ActionRequest, 'incidentId' | 'version' | 'action'> {
    const { part, into } = this.#random.pick(this.#merges);
    return { incidentId: part, version: null, action: { kind: 'unmerge', into, intoVersion: null } };
  }

  #action(): IncidentAction {
    const random = this.#random;
    const kind = random.pick([
      'acknowledge',
      'acknowledge',
      'unacknowledge',
      'note',
      'resolve',
      'reopen',
      'assign',
      'severity',
    ] as const);
    switch (kind) {
      case 'assign':
        return { kind, assignee: random.pick([null, 'bob', 'carol', 'dave']) };
      case 'severity':
        return { kind, severity: random.pick([...severities]) };
      default:
        return { kind };
    }
  }
}
