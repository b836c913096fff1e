import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkaBroker } from '../../test/support/kafka/start-kafka.ts';
import { startTopic } from '../../test/support/kafka/start-topic.ts';

export interface Filling {
  readonly topic: string;
  readonly partitions: number;
  readonly isGzip: boolean;
}

/** So many records a batch: with Zeek's events just below a broker's limit of 1 MB, uncompressed. */
const batchRecords = 2_000;

/** Creates the topic and puts all lines on each of its partitions, in their order. Returns how many records it then has. */
export async function fillTopic(
  broker: KafkaBroker,
  lines: readonly string[],
  { topic, partitions, isGzip }: Filling,
): Promise<number> {
  await startTopic(broker.brokers, topic, { partitions });
  const kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (let from = 0; from < lines.length; from += batchRecords) {
    const part = lines.slice(from, from + batchRecords);
    for (let partition = 0; partition < partitions; partition += 1) {
      await producer.send({
        topic,
        messages: part.map((value) => ({ value, partition })),
        compression: isGzip ? CompressionTypes.GZIP : CompressionTypes.None,
      });
    }
  }
  await producer.disconnect();
  return lines.length * partitions;
}
