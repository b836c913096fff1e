import { Kafka, logLevel } from 'kafkajs';
import { type Progress, paceOf, peakMegabytes } from './progress.ts';

// A child process: a kafkajs consumer that does nothing but `JSON.parse`, with the fetch sizes of tocsin's and without
// committing offsets. Arguments: broker, topic, records to read. Sends the parent its pace, and ends.

const [broker = '', topic = '', wanted = ''] = process.argv.slice(2);
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({
  groupId: `bare-${process.pid}-${Date.now()}`,
  maxWaitTimeInMs: 250,
  maxBytesPerPartition: 1024 * 1024,
  maxBytes: 8 * 1024 * 1024,
});
let records = 0;
let first: Progress | undefined;

const now = (): Progress => {
  const { user, system } = process.cpuUsage();
  return { records, atMs: performance.now(), cpuMs: (user + system) / 1_000 };
};

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  autoCommit: false,
  partitionsConsumedConcurrently: 4,
  eachBatch: async ({ batch }) => {
    for (const { value } of batch.messages) JSON.parse(String(value));
    records += batch.messages.length;
    first ??= now();
    if (records < Number(wanted)) return;
    process.send?.(paceOf(first, now(), peakMegabytes(process.pid)));
    setImmediate(() => process.exit(0));
  },
});
