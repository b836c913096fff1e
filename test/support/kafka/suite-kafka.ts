import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, inject, test } from 'vitest';
import { muteNegativeTimers } from '../../../src/bus/kafka/mute-negative-timers.ts';

// Tests make kafkajs clients of their own, some before the product does.
muteNegativeTimers();

/** The addresses of the run's one broker, which the first call of the run starts. Give your topics names of their own. */
export async function suiteKafka(): Promise<readonly string[]> {
  const socket = connect(inject('kafka').port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(socket, 'end');
  const answer = JSON.parse(text) as { brokers?: string[]; error?: string };
  if (answer.brokers === undefined) throw new Error(answer.error ?? 'no broker');
  return answer.brokers;
}

/**
 * A `describe` for tests that need a real Kafka (Java and, once, Maven). Without them it is skipped with a message, but
 * fails where the environment variable CI is set: there, nothing may be left out in silence.
 */
export function describeWithKafka(name: string, tests: () => void): void {
  const { lacks } = inject('kafka');
  if (lacks === '') {
    describe(name, tests);
  } else if (process.env['CI']) {
    test(`${name}: has the Kafka it needs`, () => {
      expect(lacks).toBe('');
    });
  } else {
    describe.skip(`${name} (skipped: ${lacks})`, tests);
  }
}
