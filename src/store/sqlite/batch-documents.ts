import type { Incident } from '../../shared/model/incident.ts';

/**
 * The documents of one transaction: each is written out once, and has a number where rows of the outbox refer to it
 * instead of holding it. Only what the transaction stores with its incident can be referred to.
 */
export class BatchDocuments {
  /** Of those that are not stored: each row that tells of one holds it. */
  readonly #texts = new Map<Incident, string>();
  /** Of those that are stored; null as long as no row refers to it. */
  readonly #numbers = new Map<Incident, number | null>();

  constructor(stored: readonly Incident[]) {
    for (const incident of stored) this.#numbers.set(incident, null);
  }

  /** The incident as JSON. */
  textOf(incident: Incident): string {
    const known = this.#texts.get(incident);
    if (known !== undefined) return known;
    const text = JSON.stringify(incident);
    if (!this.#numbers.has(incident)) this.#texts.set(incident, text);
    return text;
  }

  /** What the row of that id is to refer to: the id of the first row that does. Null: the row has to hold it. */
  refer(incident: Incident, rowId: number): number | null {
    const known = this.#numbers.get(incident);
    if (known === undefined) return null;
    if (known !== null) return known;
    this.#numbers.set(incident, rowId);
    return rowId;
  }

  /** Null where no row refers to it. */
  numberOf(incident: Incident): number | null {
    return this.#numbers.get(incident) ?? null;
  }
}
