import { AcceptedMatches, type WrittenAccepted } from './accepted-matches.ts';
import { nil } from './match-slab.ts';
import type { RuleDelta, RuleWindows } from './rule-windows.ts';

interface WrittenRule {
  readonly id: string;
  readonly hash: string;
  /** Null before anything was settled. */
  readonly settledMs: number | null;
  /** Time of the rule's first match. */
  readonly firstMs?: number | null;
  /** When the rule began, of kinds that ask. */
  readonly beganMs?: number;
}

interface Written<R> {
  readonly version: 1;
  /** Greatest time of any match seen; null before the first. */
  readonly lastMs: number | null;
  readonly rules: readonly R[];
}

/** All groups of one shard as they are: the settled states of those that have one, and the matches of all tails. */
export type ShardText = Written<
  WrittenRule & {
    readonly settled: readonly (readonly [key: string, state: unknown])[];
    readonly tails: WrittenAccepted;
  }
>;

/** What one batch changed: the matches it brought, and what left. Applied to the state before, it gives the state after. */
export type DeltaText = Written<WrittenRule & WrittenDelta> & {
  /** Rules all of whose older state no longer counts. */
  readonly dropped: readonly string[];
};

/** Older texts hold one piece of accepted matches, or null. */
type WrittenDelta = Omit<RuleDelta, 'accepted'> & {
  readonly accepted: RuleDelta['accepted'] | WrittenAccepted | null;
};

export interface RuleChange {
  readonly windows: RuleWindows;
  readonly delta: RuleDelta;
}

const finiteOrNull = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);

const heading = ({ rule, settledMs, table, beganMs }: RuleWindows): WrittenRule => ({
  id: rule.id,
  hash: rule.hash,
  settledMs: finiteOrNull(settledMs),
  firstMs: finiteOrNull(table.ruleFirstMs),
  ...(Number.isFinite(beganMs) ? { beganMs } : {}),
});

export function writeDelta(
  changes: readonly RuleChange[],
  dropped: readonly string[],
  lastMs: number,
): string {
  const rules = changes.map(({ windows, delta }) => ({ ...heading(windows), ...delta }));
  const text: DeltaText = { version: 1, lastMs: finiteOrNull(lastMs), dropped, rules };
  return JSON.stringify(text);
}

export function writeShard(rules: readonly RuleWindows[], shard: number, lastMs: number): string {
  const written = rules.flatMap((windows) => {
    const groups = windows.table.keys.ofShard(shard);
    const isOver = !Number.isFinite(windows.table.ruleFirstMs) || windows.kind.needsRuleFirst !== true;
    return groups.length === 0 && isOver ? [] : [{ ...heading(windows), ...writeGroups(windows, groups) }];
  });
  const text: ShardText = { version: 1, lastMs: finiteOrNull(lastMs), rules: written };
  return JSON.stringify(text);
}

function writeGroups(
  { table, kind }: RuleWindows,
  groups: readonly number[],
): Pick<ShardText['rules'][number], 'settled' | 'tails'> {
  const settled: (readonly [key: string, state: unknown])[] = [];
  const keys: string[] = [];
  const tails = new AcceptedMatches();
  const { slab } = table;
  for (const group of groups) {
    const key = table.keys.keyOf(group) ?? '';
    const state = table.settled.get(group);
    if (state !== undefined) settled.push([key, kind.write(state)]);
    if (table.sizeOf(group) > 0) keys.push(key);
    for (let id = table.firstOf(group); id !== nil; id = slab.nextOf(id))
      tails.add(keys.length - 1, {
        timeMs: slab.timeOf(id),
        position: slab.positionOf(id),
        weight: slab.weightOf(id),
        values: slab.valuesOf(id),
      });
  }
  return { settled, tails: tails.written(keys) };
}

/** The texts are ours, written in a transaction: one that does not parse is a broken state file, and throws. */
export const readShard = (text: string): ShardText => checked(JSON.parse(text) as ShardText);

export const readDelta = (text: string): DeltaText => checked(JSON.parse(text) as DeltaText);

function checked<T extends { readonly version: number }>(written: T): T {
  if (written.version !== 1)
    throw new Error(`window state of version ${written.version}; this program reads 1`);
  return written;
}
