import { expect, test } from 'vitest';
import { configOf, faultsOf, said } from '../../test/support/load-config.ts';

test('a heartbeat has its secrets from the environment or a file, and beats once a minute', () => {
  const { heartbeat } = configOf(
    { heartbeat: { url: `$\{PING}`, headers: { authorization: `GenieKey $\{KEY}` } } },
    { PING: 'https://hc.example/top-secret', KEY: 'k' },
  );
  expect(heartbeat?.everyMs).toBe(60_000);
  expect(heartbeat?.url.reveal()).toBe('https://hc.example/top-secret');
  expect(heartbeat?.headers?.['authorization']?.reveal()).toBe('GenieKey k');
  expect(JSON.stringify(heartbeat)).not.toMatch(/top-secret|GenieKey/);
  expect(configOf({}).heartbeat).toBeUndefined();
});

test.each([
  [{}, '$.heartbeat.url is missing (give url or urlFile)'],
  [{ url: 'ftp://x' }, '$.heartbeat.url is no http or https address'],
  [{ url: 'https://x', every: '0s' }, '$.heartbeat.every must be longer than nothing'],
])('%j is a fault', (heartbeat, fault) => {
  expect(said(faultsOf({ heartbeat }))).toEqual([fault]);
});
