import type { Config } from '../config/config-model.ts';
import { sourceOfTopic } from '../config/source-of-topic.ts';
import { deadLetter } from '../consume/dead-letter.ts';
import { compileDecoder, type Decoder } from '../consume/decode-record.ts';
import type { DecodedRecord, Decoders } from '../pipeline/pipeline.ts';
import { invariant } from '../shared/invariant.ts';
import type { LogRecord } from '../shared/model/log-record.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { Metrics } from '../shared/ports/metrics.ts';

/** Decodes each record by the source its topic belongs to; what cannot be decoded becomes a dead letter, counted. */
export function openDecoders({ sources, outputs }: Config, metrics: Metrics): Decoders {
  // A pattern such as `*` must not read what tocsin writes.
  const own = new Set(Object.values(outputs));
  const bySource = new Map(
    sources.map((source): [SourceConfig, Decoding] => [
      source,
      { source, decoder: openDecoder(source, metrics), metrics, deadLetters: outputs.deadLetters },
    ]),
  );
  // Topics are few and records many: what a topic's records are decoded with is looked for once.
  const byTopic = new Map<string, Decoding | undefined>();
  const decodingOf = (topic: string): Decoding | undefined => {
    const known = byTopic.get(topic);
    if (known !== undefined || byTopic.has(topic)) return known;
    const source = own.has(topic) ? undefined : sourceOfTopic(topic, sources);
    const decoding = source === undefined ? undefined : bySource.get(source);
    byTopic.set(topic, decoding);
    return decoding;
  };
  return {
    sourceOf: (topic) => decodingOf(topic)?.source.name,
    decode: (record, nowMs) => {
      const decoding = decodingOf(record.topic);
      invariant(decoding !== undefined, 'a record of a topic that no source reads was to be decoded');
      return decodeWith(decoding, record, nowMs);
    },
  };
}

function openDecoder(source: SourceConfig, metrics: Metrics): Decoder {
  return compileDecoder(source, (note) =>
    metrics.count('tocsin_decode_notes_total', { source: source.name, note }),
  );
}

interface Decoding {
  readonly decoder: Decoder;
  readonly source: SourceConfig;
  readonly metrics: Metrics;
  readonly deadLetters: string;
}

function decodeWith(
  { decoder, source, metrics, deadLetters }: Decoding,
  record: LogRecord,
  nowMs: number,
): DecodedRecord {
  const decoded = decoder.decode(record, nowMs);
  if (decoded.ok) return { events: decoded.value, deadLetter: null };
  const { failure } = decoded;
  metrics.count('tocsin_undecodable_records_total', { source: source.name, reason: failure.reason });
  // By the record's own time the broker's retention could take a backlog's dead letters away before anybody saw them;
  // that time stands in a header.
  return {
    events: failure.events,
    deadLetter: { ...deadLetter(record, failure, deadLetters), timestampMs: nowMs },
  };
}
