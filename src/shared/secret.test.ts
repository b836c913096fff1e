import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const secret = new Secret('hunter2');

test.each([
  ['JSON', JSON.stringify({ secret })],
  ['a template', `${secret}`],
  ['inspection', inspect({ deep: { secret } }, { showHidden: true })],
  ['inspection without custom printers', inspect(secret, { customInspect: false, showHidden: true })],
  ['a formatted line', format('%s %o %j', secret, secret, secret)],
  ['its keys', JSON.stringify(Object.entries({ ...secret }))],
])('a secret does not print in %s', (_title, printed) => {
  expect(printed).not.toContain('hunter2');
});

test('only reveal() gives it', () => {
  expect(secret.reveal()).toBe('hunter2');
});
