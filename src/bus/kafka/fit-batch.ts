import type { Batch } from 'kafkajs';

/** What a fetched batch means for its partition. */
export type BatchFit =
  | { readonly kind: 'next' }
  /** The offset expected is not in the log any more (or not in this log): reading goes on at `foundOffset`. */
  | { readonly kind: 'gap'; readonly expectedOffset: number; readonly foundOffset: number }
  /** Wholly before the offset expected. */
  | { readonly kind: 'stale' };

/** What was fetched: from which offset, up to which (included), and where the partition ends (excluded). */
export interface FetchedOffsets {
  readonly fromOffset: number;
  readonly lastOffset: number;
  readonly endOffset: number;
}

/**
 * Compares what was fetched with what is expected. kafkajs answers OFFSET_OUT_OF_RANGE by going to the earliest offset,
 * with no more than a log line; the offset it then fetches from gives that away. Offsets missing within a batch are
 * compaction and transactions, and no gap.
 */
export function fitBatch(expectedOffset: number | undefined, fetched: FetchedOffsets): BatchFit {
  if (expectedOffset === undefined) return { kind: 'next' };
  const isPastTheEnd = expectedOffset > fetched.endOffset;
  if (fetched.fromOffset > expectedOffset || isPastTheEnd) {
    return { kind: 'gap', expectedOffset, foundOffset: fetched.fromOffset };
  }
  return fetched.lastOffset < expectedOffset ? { kind: 'stale' } : { kind: 'next' };
}

/** The offsets of a batch of kafkajs, which has the offset it was fetched from, but not in its types. */
export function offsetsOf(batch: Batch): FetchedOffsets {
  const from = 'fetchedOffset' in batch ? batch.fetchedOffset : batch.firstOffset();
  return {
    fromOffset: Number(from),
    lastOffset: Number(batch.lastOffset()),
    endOffset: Number(batch.highWatermark),
  };
}
