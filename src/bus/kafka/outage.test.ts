import { expect, test } from 'vitest';
import { RecordingLog } from '../../../test/support/recording-log.ts';
import { Outage } from './outage.ts';

const setUp = () => {
  let nowMs = 1_700_000_000_000;
  const log = new RecordingLog();
  const clock = { nowMs: () => nowMs, sleep: async () => {} };
  const outage = new Outage({ what: 'reading from Kafka at b:9092', clock, log });
  const pass = (seconds: number, each: () => void = () => {}) => {
    for (let i = 0; i < seconds; i++) {
      nowMs += 1_000;
      each();
      outage.say();
    }
  };
  return { outage, log, pass };
};

test('says once what is waited for, since when and why, and once that it is back', () => {
  const { outage, log, pass } = setUp();
  outage.trouble('connect ECONNREFUSED (b:9092)');
  pass(10, () => outage.trouble('connect ECONNREFUSED (b:9092)'));
  expect(log.lines).toEqual([
    {
      level: 'warn',
      message: 'reading from Kafka at b:9092 does not work now; waiting for it, nothing is lost',
      fields: {
        since: '2023-11-14T22:13:20.000Z',
        waitedMs: 1_000,
        reason: 'connect ECONNREFUSED (b:9092)',
      },
    },
  ]);
  outage.well();
  outage.well();
  expect(log.lines.slice(1)).toEqual([
    { level: 'info', message: 'reading from Kafka at b:9092 works again', fields: { awayMs: 10_000 } },
  ]);
});

test('says it again every 30 seconds', () => {
  const { outage, log, pass } = setUp();
  outage.trouble('away');
  pass(95);
  expect(log.lines.map(({ fields }) => fields['waitedMs'])).toEqual([1_000, 31_000, 61_000, 91_000]);
});

test('says nothing of a hiccup', () => {
  const { outage, log, pass } = setUp();
  outage.trouble('away');
  outage.well();
  pass(5);
  expect(log.lines).toEqual([]);
});

test('knows how long there was no sign, good or bad', () => {
  const { outage, pass } = setUp();
  pass(3);
  expect(outage.silentMs()).toBe(3_000);
  outage.trouble('away');
  pass(2);
  expect(outage.silentMs()).toBe(2_000);
});
