import { logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { kafkaLogCreator } from './kafka-log.ts';

test.each([
  {
    title: 'a refused request is told with why it was refused',
    entry: { message: 'Response JoinGroup(key: 11)', error: 'Not authorized', broker: 'b:9092' },
    reason: 'Response JoinGroup(key: 11): Not authorized (b:9092)',
  },
  {
    title: 'what the message says already is not said twice',
    entry: { message: 'Connection error: refused', error: 'refused', broker: 'b:9092' },
    reason: 'Connection error: refused (b:9092)',
  },
  { title: 'a message may stand alone', entry: { message: 'Crash' }, reason: 'Crash' },
])('$title', ({ entry, reason }) => {
  const reasons: string[] = [];
  const create = kafkaLogCreator(new RecordingLog(), (said) => reasons.push(said));
  create(logLevel.INFO)({
    namespace: 'Connection',
    level: logLevel.ERROR,
    label: 'ERROR',
    log: { timestamp: '', ...entry },
  });
  expect(reasons).toEqual([reason]);
});
