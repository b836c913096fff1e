import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { zeekLines } from './zeek-corpus.ts';

// A child process: a shipper that sends Zeek's events at a steady rate until it is killed. Arguments: broker, topic,
// partitions, records a second.

const [broker = '', topic = '', partitions = '', perSecond = ''] = process.argv.slice(2);
const everyMs = 20;
const lines = zeekLines();
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
const startedMs = performance.now();
for (let sent = 0, batch = 0; ; batch += 1) {
  const due = Math.floor(((performance.now() - startedMs) / 1_000) * Number(perSecond));
  const messages = Array.from({ length: Math.min(2_000, due - sent) }, (_, at) => ({
    value: lines[(sent + at) % lines.length] ?? '',
    partition: batch % Number(partitions),
  }));
  sent += messages.length;
  if (messages.length > 0) await producer.send({ topic, messages });
  await sleep(everyMs);
}
