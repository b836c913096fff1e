import { describe, expect, test } from 'vitest';
import { type LogWorld, logContract } from '../../test/contracts/log.ts';
import { PinoLog, type PinoLogOptions } from './pino-log.ts';

function open(options: Partial<PinoLogOptions>): LogWorld {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  return { log: new PinoLog({ level: 'debug', stream, ...options }), written: () => lines.join('') };
}

logContract('pino as JSON', () => open({ pretty: false }));
logContract('pino for a terminal', () => open({ pretty: true }));

describe('as JSON', () => {
  test('each line is an object with level, time and message', () => {
    const { log, written } = open({ pretty: false });
    log.warn('the broker is away', { topic: 'logs.auth' });
    expect(JSON.parse(written())).toEqual({
      level: 40,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      msg: 'the broker is away',
      topic: 'logs.auth',
    });
  });

  test('what was made harmless for a terminal still means the same', () => {
    const { log, written } = open({ pretty: false });
    const text = 'a\u009b31m \\x9b \u202e "q" \n';
    log.info('m', { text });
    expect(JSON.parse(written())).toMatchObject({ text });
  });

  test("fields named like the line's own do not replace them", () => {
    const { log, written } = open({ pretty: false });
    log.info('real', { msg: 'false', level: 99, time: 'never' });
    expect(JSON.parse(written())).toMatchObject({ msg: 'real', level: 30, msg_: 'false', level_: 99 });
  });
});

describe('levels', () => {
  test('what is below the level is not written', () => {
    const { log, written } = open({ level: 'warn' });
    log.info('quiet');
    log.warn('loud');
    expect(written()).not.toContain('quiet');
    expect(written()).toContain('loud');
  });

  test('a terminal gets lines for people, anything else JSON', () => {
    const lines: string[] = [];
    const stream = { isTTY: true, write: (line: string) => lines.push(line) };
    new PinoLog({ level: 'info', stream }).info('started', { topic: 'logs.auth', words: 'two words' });
    const plain = lines.join('').replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
    expect(plain).toMatch(/^\d\d:\d\d:\d\d info {2}started topic=logs\.auth words="two words"\n$/);
  });
});
