/** Works on the items from `from` up to `to`, excluded. */
export type WorkOnSlice = (from: number, to: number) => void;

export interface AlternateOptions {
  readonly items: number;
  /** So many items at a time before the next subject has its turn. */
  readonly slice: number;
  readonly rounds: number;
  /** Rounds before, that do not count. */
  readonly warmUps?: number;
}

/**
 * Lets several subjects work on the same items in turns of one slice, and gives the CPU time (user and system, in
 * microseconds) of each for each round. In turns, because a shared machine is faster at one moment than at the next;
 * CPU time, because somebody else's program may have the core in the middle of a slice.
 */
export function alternate<Name extends string>(
  subjects: Readonly<Record<Name, WorkOnSlice>>,
  { items, slice, rounds, warmUps = 2 }: AlternateOptions,
): Readonly<Record<Name, readonly number[]>> {
  const names = Object.keys(subjects) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round += 1) {
    const used = new Map<Name, number>();
    for (let from = 0, turn = 0; from < items; from += slice, turn += 1) {
      // Whoever comes second may pay for the garbage of the first: each is first equally often.
      for (let at = 0; at < names.length; at += 1) {
        const name = names[(at + turn) % names.length] as Name;
        const before = process.cpuUsage();
        subjects[name](from, Math.min(items, from + slice));
        const { user, system } = process.cpuUsage(before);
        used.set(name, (used.get(name) ?? 0) + user + system);
      }
    }
    if (round >= 0) for (const name of names) times[name].push(used.get(name) ?? 0);
  }
  return times;
}

/** How many times faster `subject` was than `base`, round by round. */
export const timesFaster = (base: readonly number[], subject: readonly number[]): number[] =>
  base.map((time, round) => time / (subject[round] ?? Number.NaN));
