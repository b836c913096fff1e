/**
 * The places at which a torture run can make tocsin die by SIGKILL, in the order in which one life meets them
 * (test/torture/die-at.ts).
 */
export const crashPoints = [
  'state-opened',
  'restore-begun',
  'restore-half-read',
  'restore-read',
  'transaction-begun',
  'position-written',
  'incident-written',
  'outbox-row-written',
  'wish-answered',
  'delta-written',
  'shard-due',
  'shard-written',
  'deltas-dropped',
  'commit-due',
  'committed',
  'publish-due',
  'publishing',
  'published',
  'outbox-row-deleted',
  'checkpoint-due',
] as const;

export type CrashPoint = (typeof crashPoints)[number];
