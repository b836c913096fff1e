import { compileDecoder } from '../src/consume/decode-record.ts';
import type { LogRecord } from '../src/shared/model/log-record.ts';
import { type SourceConfig, sourceDefaults } from '../src/shared/model/source-config.ts';
import { alternate, timesFaster, type WorkOnSlice } from './support/alternate.ts';
import { atLeast, type Bench, type Figure, plain, spread } from './support/figures.ts';
import { zeekLacks, zeekLines } from './support/zeek-corpus.ts';

// Decoding alone: bytes to events with fields, time and position, against `JSON.parse` of the same bytes.

const json: SourceConfig = {
  ...sourceDefaults,
  name: 'zeek',
  topics: ['zeek'],
  time: { field: 'ts', format: 'iso8601', zone: 'UTC' },
};

export const bench: Bench = { lacks: zeekLacks, run };

async function run(): Promise<readonly Figure[]> {
  const records = asFetched(zeekLines());
  const subjects = {
    parse: (from: number, to: number) => {
      for (let at = from; at < to; at += 1) JSON.parse(String(records[at]?.value));
    },
    decode: decodeSlices(json, records),
    profile: decodeSlices({ ...json, profile: 'zeek' }, records),
  };
  const times = alternate(subjects, { items: records.length, slice: 2_000, rounds: 9 });
  return [
    atLeast(
      'decode: JSON with event time, speed against JSON.parse',
      timesFaster(times.parse, times.decode),
      0.8,
    ),
    plain(
      'decode: the zeek profile too, speed against JSON.parse',
      spread(timesFaster(times.parse, times.profile)),
    ),
  ];
}

/** As a Kafka client gives them: values that are views of one large buffer. */
function asFetched(lines: readonly string[]): LogRecord[] {
  const whole = Buffer.from(lines.join(''));
  let at = 0;
  return lines.map((line, offset) => {
    const value = whole.subarray(at, at + Buffer.byteLength(line));
    at += value.length;
    return { topic: 'zeek', partition: 0, offset, key: null, value, headers: [], timestampMs: 1 };
  });
}

function decodeSlices(source: SourceConfig, records: readonly LogRecord[]): WorkOnSlice {
  const decoder = compileDecoder(source);
  return (from, to) => {
    for (let at = from; at < to; at += 1) {
      const record = records[at];
      if (record === undefined || !decoder.decode(record, 1).ok)
        throw new Error(`record ${at} was not decoded`);
    }
  };
}
