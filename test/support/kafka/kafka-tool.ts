import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { kafkaJars } from './kafka-jars.ts';

export const javaOptions: readonly string[] = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

const limitMs = 600_000;

/** Runs a Java program of Kafka's, such as org.apache.kafka.tools.ProducerPerformance, and gives its output. */
export async function kafkaTool(mainClass: string, args: readonly string[]): Promise<string> {
  const options = [...javaOptions, '-cp', `${await kafkaJars()}/*`];
  const { stdout } = await promisify(execFile)('java', [...options, mainClass, ...args], {
    timeout: limitMs,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}
