import { invariant } from '../../shared/invariant.ts';

/** Offsets of one partition: 2^40, that is a thousand thousand million records. */
const offsetsPerPartition = 2 ** 40;

/** Partitions of one file, over all topics: ids have to stay below 2^53 to fit a double exactly. */
export const partitionsMax = 2 ** 13 - 1;

/** The id of a record: rises with the offset within a partition. */
export function recordId(partitionId: number, offset: number): number {
  invariant(
    offset >= 0 && offset < offsetsPerPartition,
    `offset ${offset} of the embedded log is out of range`,
  );
  return partitionId * offsetsPerPartition + offset;
}

export const offsetOfRecordId = (id: number): number => id % offsetsPerPartition;
