import type { GroupWindow, TimedMatch } from './group-window.ts';
import { PlaceTable } from './place-table.ts';
import type { RuleDelta, RuleWindows } from './rule-windows.ts';
import type { WindowMatch } from './window-kind.ts';

/** Numbers of one match in a text: time, offset, place, index, weight. */
const stride = 5;

/** Matches as numbers, and their values if they have any: `[key, numbers, values?]`. */
type WrittenMatches = readonly [key: string, numbers: readonly number[], values?: readonly unknown[]];

/** A group in a snapshot: the settled state, then the tail. */
type WrittenGroup = readonly [
  key: string,
  settled: unknown,
  numbers: readonly number[],
  values?: readonly unknown[],
];

interface WrittenRule {
  readonly id: string;
  readonly hash: string;
  /** Null before anything was settled. */
  readonly settledMs: number | null;
}

interface Written<R> {
  readonly version: 1;
  /** Greatest time of any match seen; null before the first. */
  readonly lastMs: number | null;
  readonly places: readonly (readonly [topic: string, partition: number])[];
  readonly rules: readonly R[];
}

/** All groups of one shard as they are. */
export type ShardText = Written<WrittenRule & { readonly groups: readonly WrittenGroup[] }>;

/** What one batch changed: the matches it brought, and what left. Applying it to the state before gives the state after. */
export type DeltaText = Written<
  WrittenRule & { readonly accepted: readonly WrittenMatches[]; readonly evicted: readonly string[] }
> & {
  /** Rules all of whose older state no longer counts. */
  readonly dropped: readonly string[];
};

export interface RuleChange {
  readonly windows: RuleWindows;
  readonly delta: RuleDelta;
}

const finiteOrNull = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);

const heading = ({ rule, settledMs }: RuleWindows): WrittenRule => ({
  id: rule.id,
  hash: rule.hash,
  settledMs: finiteOrNull(settledMs),
});

export function writeDelta(
  changes: readonly RuleChange[],
  dropped: readonly string[],
  lastMs: number,
): string {
  const places = new PlaceTable();
  const rules = changes.map(({ windows, delta }) => ({
    ...heading(windows),
    accepted: delta.accepted.map(({ key, matches }) => [key, ...writeMatches(matches, places)]),
    evicted: delta.evicted,
  }));
  return JSON.stringify({ version: 1, lastMs: finiteOrNull(lastMs), dropped, places: places.places, rules });
}

export function writeShard(rules: readonly RuleWindows[], shard: number, lastMs: number): string {
  const places = new PlaceTable();
  const written = rules
    .filter(({ groups }) => groups.ofShard(shard).length > 0)
    .map((windows) => ({
      ...heading(windows),
      groups: windows.groups.ofShard(shard).map((group) => writeGroup(windows, group, places)),
    }));
  return JSON.stringify({ version: 1, lastMs: finiteOrNull(lastMs), places: places.places, rules: written });
}

function writeGroup({ kind }: RuleWindows, group: GroupWindow, places: PlaceTable): readonly unknown[] {
  const settled = group.settled === undefined ? null : kind.write(group.settled);
  const matches = Array.from({ length: group.tail.size }, (_, index) => group.tail.match(index));
  return [group.key, settled, ...writeMatches(matches, places)];
}

function writeMatches(
  matches: readonly WindowMatch[],
  places: PlaceTable,
): readonly [numbers: readonly number[], values?: readonly unknown[]] {
  const numbers: number[] = [];
  for (const { timeMs, position, weight } of matches)
    numbers.push(
      timeMs,
      position.offset,
      places.idOf(position.topic, position.partition),
      position.index,
      weight,
    );
  const hasValues = matches.some(({ values }) => values !== undefined);
  return hasValues ? [numbers, matches.map(({ values }) => values ?? null)] : [numbers];
}

/** Matches as they were written, without their events. */
export function readMatches(
  numbers: readonly number[],
  values: readonly unknown[] | undefined,
  places: Written<unknown>['places'],
): readonly TimedMatch[] {
  const matches: TimedMatch[] = [];
  for (let at = 0; at < numbers.length; at += stride) {
    const [timeMs = 0, offset = 0, place = 0, index = 0, weight = 1] = numbers.slice(at, at + stride);
    const [topic, partition] = places[place] ?? ['', 0];
    matches.push({
      timeMs,
      position: { topic, partition, offset, index },
      weight,
      values: values?.[at / stride] ?? undefined,
      event: null,
    });
  }
  return matches;
}

/** The texts are ours, written in a transaction: one that does not parse is a broken state file, and throws. */
export function readShard(text: string): ShardText {
  return checked(JSON.parse(text) as ShardText);
}

export function readDelta(text: string): DeltaText {
  return checked(JSON.parse(text) as DeltaText);
}

function checked<T extends { readonly version: number }>(written: T): T {
  if (written.version !== 1)
    throw new Error(`window state of version ${written.version}; this program reads 1`);
  return written;
}
