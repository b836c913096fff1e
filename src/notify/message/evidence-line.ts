import { compileField } from '../../shared/field-path.ts';
import type { Evidence } from '../../shared/model/incident.ts';
import { isBlank, mainFields, type NamedField } from './main-fields.ts';
import { textOf, visibleText } from './visible-text.ts';

/** Fields of one event that are shown, and characters of one value. */
const fieldsMax = 12;
const valueMax = 160;

/** An event of which fewer are known as telling shows others, up to so many. */
const fieldsWanted = 4;

/** What is known of the evidence besides itself. */
export interface EvidenceContext {
  /** Shown first: what the incident's rule asks about. */
  readonly wanted?: readonly string[] | undefined;
  /** The incident's group: what an event has in common with it is said already. */
  readonly group?: Readonly<Record<string, unknown>>;
}

/**
 * One event of the evidence in a line: when, where it stands, and the fields that matter, with how many there are
 * besides. The wanted ones come first, then the main ones of common logs, then, where these are few, what else there is.
 * An event that has nothing to add to the group is shown whole. Raw: whoever shows it escapes it.
 */
export function evidenceLine({ time, position, event }: Evidence, context: EvidenceContext = {}): string {
  const begin = position === null ? time : `${time} ${positionText(position)}`;
  if (event === null) return `${begin} (no longer at hand)`;
  const shown = fieldsOf(event, context);
  if (shown.length === 0) return `${begin} ${JSON.stringify(event)}`;
  const left = leavesOf(event).length - shown.length - repeated(event, context);
  const more = left > 0 ? ` … (+${left} more ${left === 1 ? 'field' : 'fields'})` : '';
  return `${begin} ${shown.join(' ')}${more}`;
}

/** `logs.auth/2@4711`, where a record holds several events with the event's place in it: `logs.auth/2@4711.3`. */
export const positionText = ({
  topic,
  partition,
  offset,
  index,
}: NonNullable<Evidence['position']>): string =>
  `${topic}/${partition}@${offset}${index === 0 ? '' : `.${index}`}`;

function fieldsOf(event: object, { wanted = [], group = {} }: EvidenceContext): string[] {
  const shown = new Map<string, string>();
  const show = ({ name, read }: NamedField): void => {
    const value = read(event);
    if (shown.has(name) || shown.size >= fieldsMax || isBlank(value) || isSaid(group, name, value)) return;
    if (typeof value !== 'object' || Array.isArray(value)) shown.set(name, `${name}=${valueText(value)}`);
  };
  for (const name of wanted) show({ name, read: compileField(name) });
  for (const field of mainFields) show(field);
  for (const name of leavesOf(event)) {
    if (shown.size >= fieldsWanted) break;
    if (!name.startsWith('@')) show({ name, read: compileField(name) });
  }
  return [...shown.values()];
}

const isSaid = (group: Readonly<Record<string, unknown>>, name: string, value: unknown): boolean =>
  Object.hasOwn(group, name) && textOf(group[name]) === textOf(value);

/** Fields that are left out because the group says them. */
const repeated = (event: object, { group = {} }: EvidenceContext): number =>
  Object.keys(group).filter((name) => isSaid(group, name, compileField(name)(event))).length;

const valueText = (value: unknown): string => visibleText(wordOf(value), { max: valueMax });

/** A value that could be taken for more than one word stands in quotes; paths of Windows stay as they are. */
function wordOf(value: unknown): string {
  if (typeof value !== 'string' || value.includes('"')) return JSON.stringify(value) ?? '';
  return /[\s=]/.test(value) ? `"${value}"` : value;
}

/** The names of all values that an event holds, itself in no object: a list is one. Evidence is cut to 8 kB of it. */
function leavesOf(value: object, prefix = ''): readonly string[] {
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    typeof child !== 'object' || child === null || Array.isArray(child)
      ? [`${prefix}${key}`]
      : leavesOf(child, `${prefix}${key}.`),
  );
}
