import type { EventFields } from '../../../shared/model/log-event.ts';
import { foldCase } from './fold-case.ts';
import { numberText } from './number-text.ts';

/** What stands between two texts in `joined`. */
export const textEnd = '\0';

/** The texts of all values of an event, at any depth: where keywords are searched. */
export class EventTexts {
  readonly texts: string[] = [];
  /** Numbers and truth values, as text. */
  readonly others: string[] = [];
  #folded: readonly string[] | undefined;
  #joined: string | undefined;

  constructor(fields: EventFields) {
    this.#collect(fields);
  }

  /** The texts, folded. */
  get folded(): readonly string[] {
    this.#folded ??= this.texts.map(foldCase);
    return this.#folded;
  }

  /** The texts, folded, in one: one search instead of one for each. */
  get joined(): string {
    this.#joined ??= foldCase(this.texts.join(textEnd));
    return this.#joined;
  }

  /** Events are no deeper than the decoder lets them be. */
  #collect(value: unknown): void {
    if (typeof value === 'string') this.texts.push(value);
    else if (typeof value === 'number') this.others.push(numberText(value));
    else if (typeof value === 'boolean') this.others.push(String(value));
    else if (typeof value === 'object' && value !== null)
      for (const child of Object.values(value)) this.#collect(child);
  }
}

export type ReadTexts = (fields: EventFields) => EventTexts;

/** Remembers the last event's texts: all rules with keywords ask for them in a row. */
export function createReadTexts(): ReadTexts {
  let last: EventFields | undefined;
  let found = new EventTexts({});
  return (fields) => {
    if (fields !== last) found = new EventTexts(fields);
    last = fields;
    return found;
  };
}
