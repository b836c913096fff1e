import { compileField } from '../../shared/field-path.ts';
import type { Evidence } from '../../shared/model/incident.ts';
import { visibleText } from './visible-text.ts';

/** The fields of the Elastic Common Schema that say who did what where: shown where an event has them. */
export const mainFields: readonly string[] = [
  'event.action',
  'event.outcome',
  'event.code',
  'user.name',
  'user.target.name',
  'source.ip',
  'source.port',
  'destination.ip',
  'destination.port',
  'destination.domain',
  'host.name',
  'host.hostname',
  'process.name',
  'process.executable',
  'process.command_line',
  'file.path',
  'url.full',
  'url.original',
  'dns.question.name',
  'http.request.method',
  'http.response.status_code',
  'message',
];

/** Fields of one event that are shown, and characters of one value. */
const fieldsMax = 12;
const valueMax = 160;

/**
 * One event of the evidence in a line: when, where it stands, and the fields that matter, with how many there are
 * besides. `wanted` come first (what the incident is grouped by, what its rule asks about), then the main fields of the
 * common schema. An event that has none of them is shown whole. Raw: whoever shows it escapes it.
 */
export function evidenceLine({ time, position, event }: Evidence, wanted: readonly string[] = []): string {
  const where =
    position === null ? '' : ` ${position.topic}/${position.partition}@${position.offset}.${position.index}`;
  if (event === null) return `${time}${where} (no longer at hand)`;
  const shown = fieldsOf(event, wanted);
  if (shown.length === 0) return `${time}${where} ${JSON.stringify(event)}`;
  const left = leavesOf(event) - shown.length;
  const more = left > 0 ? ` … (+${left} more)` : '';
  return `${time}${where} ${shown.join(' ')}${more}`;
}

function fieldsOf(event: unknown, wanted: readonly string[]): string[] {
  const shown: string[] = [];
  for (const name of new Set([...wanted, ...mainFields])) {
    if (shown.length >= fieldsMax) break;
    const value = compileField(name)(event);
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'object' || Array.isArray(value)) shown.push(`${name}=${valueText(value)}`);
  }
  return shown;
}

/** A value that could be taken for more than one word stands in quotes. */
function valueText(value: unknown): string {
  const text = typeof value === 'string' && !/[\s"=]/.test(value) ? value : (JSON.stringify(value) ?? '');
  return visibleText(text, { max: valueMax });
}

/** How many values an event holds, itself in no object: lists count as one. */
function leavesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 1;
  return Object.values(value).reduce((sum: number, child) => sum + leavesOf(child), 0);
}
