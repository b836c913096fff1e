/** How a command ended, for scripts (the same for every command). */
export const exitCode = {
  well: 0,
  /** Found what it was asked to find wrong: rules, tests. */
  foundFaults: 1,
  /** Bad usage or configuration. */
  usage: 2,
  /** The world broke: broker, disk, network. */
  world: 3,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
