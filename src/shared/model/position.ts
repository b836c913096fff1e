/** Where a record stands: partition of a topic, and offset in it. Offsets fit a double exactly (below 2^53). */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Where an event stands: its record's position, and which event of the record it is (a record may hold an array). */
export interface EventPosition extends Position {
  readonly index: number;
}

/** The total order of positions: topic, partition, offset, index. Ties of equal event times are broken by it. */
export function comparePositions(a: EventPosition, b: EventPosition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset || a.index - b.index;
}

/** One name for a partition of a topic, for maps, logs and metrics. */
export const partitionName = (topic: string, partition: number): string => `${topic}/${partition}`;
