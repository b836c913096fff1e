import type { Clock } from '../shared/ports/clock.ts';
import type { Log } from '../shared/ports/log.ts';
import type { RecordSink } from '../shared/ports/record-sink.ts';
import type { RecordSource } from '../shared/ports/record-source.ts';
import { EmbeddedRecordSink } from './embedded-log/embedded-record-sink.ts';
import { EmbeddedRecordSource } from './embedded-log/embedded-record-source.ts';
import type { KafkaBusConfig } from './kafka/kafka-bus-config.ts';
import { KafkaRecordSink } from './kafka/kafka-record-sink.ts';
import { KafkaRecordSource } from './kafka/kafka-record-source.ts';

/** The log in one file of this machine: no server needed. */
export interface EmbeddedBusConfig {
  readonly file: string;
  /** How long records stay, milliseconds since they were appended (7 days). */
  readonly retentionMs?: number;
  /** How much stays, bytes over all topics that are not compacted (1 GiB). */
  readonly retentionBytes?: number;
  /** How often a source looks for new records, in milliseconds (50). */
  readonly pollMs?: number;
  /** Records of one batch at most (2,000). */
  readonly maxBatchRecords?: number;
}

export type BusConfig =
  | ({ readonly kind: 'kafka' } & KafkaBusConfig)
  | ({ readonly kind: 'embedded' } & EmbeddedBusConfig);

/** Where records come from and go to. */
export interface Bus {
  /** A source of these topics (names, or patterns such as `logs.*`); it reads nothing before `run`. */
  source(topics: readonly string[]): RecordSource;
  readonly sink: RecordSink;
  /** Stops the sources that still run, then closes the sink. */
  close(): Promise<void>;
}

const defaultRetentionMs = 7 * 24 * 3_600_000;
const defaultRetentionBytes = 1024 ** 3;

/**
 * Opens the configured bus. Kafka is first spoken to when something is read or published; the embedded log's file is
 * opened at once, and WorldError ('disk' or 'state') says why it cannot be.
 */
export function openBus(config: BusConfig, deps: { readonly log: Log; readonly clock: Clock }): Bus {
  const sources: RecordSource[] = [];
  const { sink, source } = config.kind === 'kafka' ? kafkaBus(config, deps) : embeddedBus(config, deps);
  return {
    sink,
    source(topics) {
      const opened = source(topics);
      sources.push(opened);
      return opened;
    },
    async close() {
      await Promise.all(sources.map((opened) => opened.stop()));
      await sink.close();
    },
  };
}

interface Ends {
  readonly sink: RecordSink;
  readonly source: (topics: readonly string[]) => RecordSource;
}

const kafkaBus = (config: KafkaBusConfig, deps: { log: Log; clock: Clock }): Ends => ({
  sink: new KafkaRecordSink({ config, ...deps }),
  source: (topics) => new KafkaRecordSource({ config, topics, ...deps }),
});

function embeddedBus(config: EmbeddedBusConfig, { log, clock }: { log: Log; clock: Clock }): Ends {
  const { file, retentionMs, retentionBytes, ...reading } = config;
  const retention = {
    ageMs: retentionMs ?? defaultRetentionMs,
    bytes: retentionBytes ?? defaultRetentionBytes,
  };
  return {
    sink: new EmbeddedRecordSink({ file, clock, retention }),
    source: (topics) => new EmbeddedRecordSource({ ...reading, file, topics, clock, log }),
  };
}
