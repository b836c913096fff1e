import { compileField, readOwn } from '../shared/field-path.ts';
import type { Incident } from '../shared/model/incident.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { RefusalReason } from './refusal.ts';

export interface Fault {
  readonly reason: RefusalReason;
  readonly detail: string;
}

const placeholder = /\{\{\s*([^{}\s]{1,256})\s*\}\}/g;

/** No address, host, user, path or command line that is meant to be acted on is longer. */
const valueMax = 2_048;

/** How wide a network may be is the rule's to say: an address of a log that brings `/0` along is an attack. */
const wide = /^[0-9a-f.:]+\/\d+$/i;

const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Fills the templates in a target with the incident's group values, or where the group lacks the field, with those of
 * its first event. A template that is one placeholder keeps a number a number. Whatever is missing, or does not look
 * like what a command may be built of, is a fault: half a target is worse than none.
 */
export function fillTarget(
  template: Readonly<Record<string, unknown>>,
  incident: Incident,
): Result<Readonly<Record<string, unknown>>, Fault> {
  const faults: Fault[] = [];
  const valueFor = (field: string): unknown => lookUp(incident, field);
  const filled = fill(template, valueFor, faults);
  const [fault] = faults;
  return fault === undefined ? ok(filled as Readonly<Record<string, unknown>>) : fail(fault);
}

function fill(template: unknown, valueFor: (field: string) => unknown, faults: Fault[]): unknown {
  if (typeof template === 'string') return fillText(template, valueFor, faults);
  if (Array.isArray(template)) return template.map((item) => fill(item, valueFor, faults));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, inner]) => [name, fill(inner, valueFor, faults)]),
  );
}

function fillText(template: string, valueFor: (field: string) => unknown, faults: Fault[]): unknown {
  const values: (string | number)[] = [];
  const text = template.replace(placeholder, (_, field: string) => {
    const value = checked(field, valueFor(field), faults);
    values.push(value);
    return String(value);
  });
  const [only] = values;
  return values.length === 1 && typeof only === 'number' && text === String(only) ? only : text;
}

function checked(field: string, value: unknown, faults: Fault[]): string | number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'string' || value === '') {
    faults.push({ reason: 'value-missing', detail: `${field} holds no text or number` });
    return '';
  }
  if (value.length > valueMax) {
    faults.push({ reason: 'hostile-value', detail: `${field} is ${value.length} characters long` });
  } else if (wide.test(value)) {
    faults.push({ reason: 'hostile-value', detail: `${field} brings its own prefix length` });
  } else if (unfit.test(value)) {
    faults.push({ reason: 'hostile-value', detail: `${field} holds control or hidden characters` });
  }
  return value;
}

function lookUp({ group, evidence }: Incident, field: string): unknown {
  const grouped = readOwn(group, field);
  if (grouped !== undefined) return grouped;
  return compileField(field)(evidence[0]?.event ?? {});
}
