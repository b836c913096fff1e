import type { EventFields } from '../../../shared/model/log-event.ts';
import type { FoldCase } from './fold-case.ts';

/** The texts of all values of an event, at any depth: where keywords are searched. */
export interface EventTexts {
  /** As written, and folded: of the texts. */
  readonly texts: readonly string[];
  readonly folded: readonly string[];
  /** Numbers and truth values, as text. */
  readonly others: readonly string[];
}

export type ReadTexts = (fields: EventFields) => EventTexts;

/** Remembers the last event's texts: all rules with keywords ask for them in a row. */
export function createReadTexts(foldCase: FoldCase): ReadTexts {
  let last: EventFields | undefined;
  let found: EventTexts = { texts: [], folded: [], others: [] };
  return (fields) => {
    if (fields === last) return found;
    const texts: string[] = [];
    const others: string[] = [];
    collect(fields, texts, others);
    found = { texts, folded: texts.map(foldCase), others };
    last = fields;
    return found;
  };
}

/** Events are no deeper than the decoder lets them be. */
function collect(value: unknown, texts: string[], others: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'number' || typeof value === 'boolean') others.push(String(value));
  else if (typeof value === 'object' && value !== null)
    for (const child of Object.values(value)) collect(child, texts, others);
}
