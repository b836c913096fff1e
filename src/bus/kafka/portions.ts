import type { OutgoingRecord } from '../../shared/model/log-record.ts';

/**
 * Cuts records, in their order, into portions of at most that many bytes of content. kafkajs makes one record batch of
 * what one send holds for a partition, and brokers refuse batches above `message.max.bytes` (1 MiB unless configured).
 * A single larger record is a portion of its own: the broker may allow it.
 */
export function portionsOf(
  records: readonly OutgoingRecord[],
  bytesMax: number,
): readonly OutgoingRecord[][] {
  const portions: OutgoingRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const size = sizeOf(record);
    if (bytes + size > bytesMax) {
      portions.push([]);
      bytes = 0;
    }
    portions.at(-1)?.push(record);
    bytes += size;
  }
  return portions;
}

/** Content, headers and some 32 bytes around them. */
function sizeOf({ key, value, headers }: OutgoingRecord): number {
  const headerBytes = headers.reduce((sum, [name, bytes]) => sum + name.length * 3 + bytes.length + 4, 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + headerBytes + 32;
}
