import type { OutgoingRecord } from '../model/log-record.ts';
import type { Delivery } from './notifier.ts';

/** A topic as tocsin creates it when it is missing; one that exists is left as it is. */
export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly compacted: boolean;
  /** The largest record that must fit, where the log's usual limit may be smaller. */
  readonly recordBytesMax?: number;
}

/**
 * Publishes records. Records of one key keep their order. Call it with one publish in flight at a time:
 * a second call before the first has settled is a bug (invariant).
 * Contract suite: test/contracts/record-sink.ts.
 */
export interface RecordSink {
  /** Creates what is missing of these topics. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /**
   * `delivered`: all of them are durable in the log. `retry`: some may be, send all of them again. `rejected`: none
   * will ever be taken in this form (too large, unknown topic, not authorised). Never throws for these.
   */
  publish(records: readonly OutgoingRecord[]): Promise<Delivery>;
  close(): Promise<void>;
}
