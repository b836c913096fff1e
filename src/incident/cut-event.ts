import type { EventFields } from '../shared/model/log-event.ts';

/** The size of one piece of evidence: bytes of its JSON. What is beyond is left out, and a mark says so. */
const bytesMax = 8_192;
const depthMax = 8;
/** Members of one object, elements of one array. */
const membersMax = 100;
/** UTF-16 units of one string or key. */
const stringMax = 2_048;
/** Stands for what was left out. */
const mark = '…';
/** Kept back in each container for the member that says how much was left out, and once a level at the start. */
const markBytes = 32;
const budgetMax = bytesMax - 2 * depthMax * markBytes;
/** With this little of it spent, nothing has been cut. */
const plainlySmallMax = budgetMax - 2 * markBytes;

/**
 * An event's fields, small enough to be kept and sent: at most 8 kB of JSON, 8 levels, 100 members a level, own members
 * only. Whatever an attacker wrote (millions of members, 10,000 levels, `__proto__`), it never throws and costs no more
 * than listing the members does. Fields that are plainly small enough are given as they are, the others as a copy.
 */
export function cutEvent(fields: EventFields): EventFields {
  if (bytesAtMost(fields, 1) <= plainlySmallMax) return fields;
  const copy = cutValue(fields, { bytes: budgetMax }, 1);
  return isObject(copy) ? (copy as EventFields) : {};
}

/** As many UTF-16 units of a text as said at most, with a mark where it was cut; surrogate pairs stay whole. */
export function cutText(text: string, unitsMax: number): string {
  if (text.length <= unitsMax) return text;
  const last = text.charCodeAt(unitsMax - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? unitsMax - 1 : unitsMax;
  return `${text.slice(0, end)}${mark}`;
}

/**
 * The most bytes that a value's JSON may have, told from the lengths of its texts: to read them for their escapes is nine
 * tenths of cutting a small event. Infinity where something is to be left out, or is not as JSON has it.
 */
function bytesAtMost(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length > stringMax ? Infinity : 6 * value.length + 5;
  if (typeof value === 'number') return Number.isFinite(value) ? 32 : Infinity;
  if (typeof value === 'boolean' || value === null) return 5;
  if (!isObject(value) || depth > depthMax) return Infinity;
  return Array.isArray(value) ? bytesOfArray(value, depth) : bytesOfObject(value, depth);
}

function bytesOfArray(value: readonly unknown[], depth: number): number {
  if (value.length > membersMax) return Infinity;
  let bytes = 2;
  for (const element of value) {
    if (bytes > bytesMax) return Infinity;
    bytes += 1 + bytesAtMost(element, depth + 1);
  }
  return bytes;
}

function bytesOfObject(value: object, depth: number): number {
  if (Object.getPrototypeOf(value) !== Object.prototype) return Infinity;
  let bytes = 2;
  let members = 0;
  // Three times as fast as a list of the keys, and what this prototype has is not listed.
  for (const key in value) {
    members += 1;
    if (members > membersMax || key.length > stringMax || bytes > bytesMax) return Infinity;
    bytes += 6 * key.length + 4 + bytesAtMost((value as Readonly<Record<string, unknown>>)[key], depth + 1);
  }
  return bytes;
}

/** What may still be written, counted down. */
interface Budget {
  bytes: number;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function cutValue(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'bigint') return cutString(String(value), budget);
  if (!isObject(value)) return cutScalar(value, budget);
  if (depth > depthMax) return cutString(mark, budget);
  budget.bytes -= 2;
  return Array.isArray(value) ? cutArray(value, budget, depth) : cutObject(value, budget, depth);
}

function cutScalar(value: unknown, budget: Budget): unknown {
  const text = JSON.stringify(value) ?? 'null';
  budget.bytes -= text.length;
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function cutArray(value: readonly unknown[], budget: Budget, depth: number): unknown[] {
  const copy: unknown[] = [];
  for (const element of value) {
    if (copy.length >= membersMax || budget.bytes < markBytes) break;
    budget.bytes -= 1;
    copy.push(cutValue(element, budget, depth + 1));
  }
  if (copy.length < value.length) copy.push(`${mark} ${value.length - copy.length} more`);
  return copy;
}

function cutObject(value: object, budget: Budget, depth: number): object {
  const keys = Object.keys(value);
  const copy: Record<string, unknown> = {};
  let members = 0;
  for (const key of keys) {
    if (members >= membersMax || budget.bytes < markBytes) break;
    const fitting = beginningOf(key, budget.bytes - markBytes);
    if (fitting.units < key.length) continue;
    budget.bytes -= fitting.bytes + 4;
    define(copy, key, cutValue((value as Readonly<Record<string, unknown>>)[key], budget, depth + 1));
    members += 1;
  }
  if (members < keys.length) copy[mark] = `${keys.length - members} more`;
  return copy;
}

/** Assigning to `__proto__` would set the prototype: it becomes a member like any other. */
function define(copy: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') copy[key] = value;
  else Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
}

function cutString(text: string, budget: Budget): string {
  const fitting = beginningOf(text, budget.bytes);
  budget.bytes -= fitting.bytes + 5;
  return cutText(text, Math.max(1, fitting.units));
}

/** How much of the beginning of a text fits, and the bytes it takes as JSON in UTF-8. */
function beginningOf(text: string, bytesLeft: number): { units: number; bytes: number } {
  const unitsMax = Math.min(text.length, stringMax);
  let bytes = 0;
  for (let units = 0; units < unitsMax; units += 1) {
    const next = bytesOf(text.charCodeAt(units));
    if (bytes + next > bytesLeft) return { units, bytes };
    bytes += next;
  }
  return { units: unitsMax, bytes };
}

/** The most bytes that one UTF-16 unit takes in JSON: escapes for control characters and for lone surrogates. */
function bytesOf(unit: number): number {
  if (unit < 0x20 || (unit >= 0xd800 && unit <= 0xdfff)) return 6;
  if (unit < 0x80) return unit === 0x22 || unit === 0x5c ? 2 : 1;
  return unit < 0x800 ? 2 : 3;
}
