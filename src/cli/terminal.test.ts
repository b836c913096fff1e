import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complain, jsonLine, openTerminal } from './terminal.ts';

const steering = '\u001b]0;owned\u0007 \u009b2J \u202egpj.exe \u200b \ud800';
const written = '\\u001b]0;owned\\u0007 \\u009b2J \\u202egpj.exe \\u200b \\ud800';

test('a line of JSON is the same when it is parsed, and steers no terminal', () => {
  expect(jsonLine({ [steering]: steering })).toBe(`{"${written}":"${written}"}`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(jsonLine({ text }))).toEqual({ text });
    }),
  );
});

test('a complaint keeps its lines, and nothing else that steers a terminal', () => {
  let said = '';
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk);
      done();
    },
  }) as NodeJS.WriteStream;
  complain(openTerminal({ out: stream, err: stream, noColor: true }), `one\n${steering}\r`);
  expect(said).toBe(`one\n${written}\\u000d\n`);
});
