/** How a lane goes: a message of its own for each, or in digests (of all, or of what is past). */
export type DigestMode = 'calm' | 'past' | 'behind';

/** Where a lane stands with its digests: kept with its rows, so that a restart in the middle of a storm goes on with it. */
export interface DigestPace {
  readonly mode: DigestMode;
  /** No digest before. */
  readonly holdUntilMs: number;
  readonly everyMs: number;
  /** When the last messages were sent, the oldest first; as many as are too many within a minute. */
  readonly sentMs: readonly number[];
  /** Sent on their own since the last digest, though it holds the others. */
  readonly alone: number;
}
