import { once } from 'node:events';
import { createServer } from 'node:net';
import type { TestProject } from 'vitest/node';
import { kafkaLacks } from '../support/kafka/kafka-jars.ts';
import { type KafkaBroker, startKafka } from '../support/kafka/start-kafka.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where to ask for the suite's broker, and why there can be none (an empty text when there can). */
    kafka: { readonly port: number; readonly lacks: string };
  }
}

/**
 * One real Kafka for the whole run, started when the first test asks for it: whoever connects to the port is told the
 * broker's addresses, as JSON, once it is up. See test/support/kafka/suite-kafka.ts.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let broker: Promise<KafkaBroker> | undefined;
  const door = createServer((socket) => {
    broker ??= startKafka();
    broker.then(
      ({ brokers }) => socket.end(JSON.stringify({ brokers })),
      (error: Error) => socket.end(JSON.stringify({ error: error.message })),
    );
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = door.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  project.provide('kafka', { port, lacks: kafkaLacks() ?? '' });
  return async () => {
    door.close();
    await broker?.then(
      (running) => running.remove(),
      () => undefined,
    );
  };
}
