import { AcceptedMatches } from './accepted-matches.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { nil } from './match-slab.ts';
import type { RuleDelta, RuleWindows } from './rule-windows.ts';

/** Version 1 was JSON. */
export const version = 2;

/** What stands before the state of a rule. Times are infinite where they are not known. */
export interface WrittenRule {
  readonly id: string;
  readonly hash: string;
  /** -Infinity before anything was settled. */
  readonly settledMs: number;
  /** Time of the rule's first match. */
  readonly firstMs: number;
  /** When the rule began, of kinds that ask. */
  readonly beganMs: number;
}

export interface RuleChange {
  readonly windows: RuleWindows;
  readonly delta: RuleDelta;
}

/** What one batch changed: the matches it brought, and what left. Applied to the state before, it gives the state after. */
export function writeDelta(
  changes: readonly RuleChange[],
  dropped: readonly string[],
  lastMs: number,
): Uint8Array {
  const to = new ByteWriter(1_024);
  to.count(version);
  to.number(lastMs);
  writeTexts(to, dropped);
  to.count(changes.length);
  for (const { windows, delta } of changes) {
    writeHeading(to, headingOf(windows));
    const body = new ByteWriter(1_024);
    body.count(delta.accepted.length);
    for (const piece of delta.accepted) body.raw(piece);
    writeTexts(body, delta.evicted);
    writeNotBefore(body, windows);
    to.piece(body.written());
  }
  return to.taken();
}

/** What a batch brought to one rule: the keys of the groups it touched, so many, and its matches. */
export function writeAccepted(groups: number, keys: Uint8Array, accepted: AcceptedMatches): Uint8Array {
  const to = new ByteWriter(1_024);
  to.count(groups);
  to.raw(keys);
  accepted.writeTo(to);
  return to.taken();
}

/** All groups of one shard as they are: keys and settled states, then the matches of all tails. */
export function writeShard(rules: readonly RuleWindows[], shard: number, lastMs: number): Uint8Array {
  const written = rules
    .map((windows) => ({ windows, groups: windows.table.keys.ofShard(shard) }))
    .filter(({ windows, groups }) => groups.length > 0 || mustKeepFirst(windows));
  const to = new ByteWriter(4_096);
  to.count(version);
  to.number(lastMs);
  to.count(written.length);
  for (const { windows, groups } of written) {
    writeHeading(to, headingOf(windows));
    const body = new ByteWriter(4_096);
    writeGroups(body, windows, groups);
    writeNotBefore(body, windows);
    to.piece(body.written());
  }
  return to.taken();
}

const mustKeepFirst = ({ table, kind }: RuleWindows): boolean =>
  Number.isFinite(table.ruleFirstMs) && kind.needsRuleFirst === true;

function writeGroups(to: ByteWriter, { table, kind }: RuleWindows, groups: readonly number[]): void {
  const { slab } = table;
  const tails = new AcceptedMatches(slab.places);
  to.count(groups.length);
  groups.forEach((group, place) => {
    table.keys.writeKey(to, group);
    const state = table.settled.get(group);
    writeState(to, state === undefined ? undefined : kind.write(state));
    for (let id = table.firstOf(group); id !== nil; id = slab.nextOf(id)) tails.add(place, slab.matchOf(id));
  });
  tails.writeTo(to);
}

/** Of a rule that asks when it began, and was not there from the beginning; nothing of others, as before there was this. */
function writeNotBefore(to: ByteWriter, { kind, notBeforeMs }: RuleWindows): void {
  if (kind.began !== undefined && Number.isFinite(notBeforeMs)) to.text(String(notBeforeMs));
}

export const readNotBefore = (from: ByteReader): number =>
  from.isAtEnd ? Number.NEGATIVE_INFINITY : Number(from.text());

/** Nothing as 0, JSON as 1 and a text, a list of n numbers as n + 2 and the numbers. */
export function writeState(to: ByteWriter, written: unknown): void {
  if (written === undefined) {
    to.count(0);
  } else if (areNumbers(written)) {
    to.count(written.length + 2);
    for (const number of written) to.number(number);
  } else {
    to.count(1);
    to.text(JSON.stringify(written));
  }
}

function areNumbers(written: unknown): written is readonly number[] {
  return Array.isArray(written) && written.every((number) => typeof number === 'number');
}

/** A state as the kind wrote it; undefined for a group that has none. */
export function readState(from: ByteReader): unknown {
  const tag = from.count();
  if (tag === 0) return undefined;
  if (tag === 1) return JSON.parse(from.text());
  return from.numbers(tag - 2);
}

const headingOf = ({ rule, settledMs, table, beganMs }: RuleWindows): WrittenRule => ({
  id: rule.id,
  hash: rule.hash,
  settledMs,
  firstMs: table.ruleFirstMs,
  beganMs,
});

export function writeHeading(to: ByteWriter, written: WrittenRule): void {
  to.text(written.id);
  to.text(written.hash);
  to.number(written.settledMs);
  to.number(written.firstMs);
  to.number(written.beganMs);
}

export const readHeading = (from: ByteReader): WrittenRule => ({
  id: from.text(),
  hash: from.text(),
  settledMs: from.number(),
  firstMs: from.number(),
  beganMs: from.number(),
});

export function writeTexts(to: ByteWriter, texts: readonly string[]): void {
  to.count(texts.length);
  for (const text of texts) to.text(text);
}

export const readTexts = (from: ByteReader): readonly string[] =>
  Array.from({ length: from.count() }, () => from.text());

/** The bytes are ours, written in a transaction: what cannot be read is a broken state file, and throws. */
export function openState(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes);
  const found = reader.count();
  if (found !== version)
    throw new Error(`window state of version ${found}; this program reads ${version} and older`);
  return reader;
}
