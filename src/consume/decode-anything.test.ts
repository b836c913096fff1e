import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logRecord, sourceConfig } from '../../test/support/log-record.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import { compileDecoder } from './decode-record.ts';

const nowMs = Date.parse('2026-03-01T12:00:05Z');

describe('whatever the bytes', () => {
  const sources: readonly Partial<SourceConfig>[] = [
    { format: 'json', time: { field: 'a', format: 'auto', zone: 'Europe/Zurich' } },
    { format: 'json', unwrap: 'log', explode: 'a' },
    { format: 'syslog' },
    { format: 'syslog', unwrap: 'message', time: { field: 'a', format: 'yyyy-LL-dd', zone: 'UTC' } },
    { format: 'text' },
    ...['fluentd-syslog', 'fluentd-nginx', 'zeek', 'ecs', 'cloudtrail', 'okta'].map((profile) => ({
      profile,
    })),
  ];
  const decoders = sources.map((changes) => compileDecoder(sourceConfig(changes)));

  /** Each record is events, or a dead letter with a reason, or a noted tombstone; and every event is whole. */
  function holds(value: Uint8Array): void {
    for (const decoder of decoders) {
      const decoded = decoder.decode(logRecord(value), nowMs);
      const events = decoded.ok ? decoded.value : decoded.failure.events;
      if (decoded.ok) expect(events.length).toBeGreaterThan(0);
      for (const event of events) {
        expect(Number.isSafeInteger(event.timeMs)).toBe(true);
        expect(event.weight).toBeGreaterThanOrEqual(1);
        expect(() => JSON.stringify(event)).not.toThrow();
      }
    }
  }

  test('decoding does not throw: random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), holds), { numRuns: 500 });
  });

  test('decoding does not throw: random JSON', () => {
    const keys = fc.constantFrom(
      'a',
      'log',
      'message',
      'ident',
      '__proto__',
      'path',
      'remote',
      'userIdentity',
      'outcome',
      'client',
      'event',
      'source',
      'ts',
      'uri',
      'user',
      'host',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double(),
        fc.constantFrom(null, true, '2026-03-01T10:00:00Z', 'Failed password for x from 1.2.3.4 port 5 ssh2'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => holds(Buffer.from(JSON.stringify(value)))),
      { numRuns: 500 },
    );
  });

  test('decoding does not throw: JSON and syslog with a few bytes changed', () => {
    const sane = fc.constantFrom(
      '{"a":"2026-03-01T10:00:00Z","log":"{\\"x\\":[1,2,{\\"y\\":null}]}","message":"<34>1 2026-03-01T10:00:00Z h sshd 1 - [a b=\\"c\\"] m"}',
      'Mar 27 13:06:56 host sshd[1291]: message repeated 5 times: [ Failed password for root from 1.2.3.4 port 22 ssh2]',
      '<38>Mar 27 13:06:56 host sudo:   ubuntu : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls',
      '<34>1 2026-03-01T10:00:00.5+02:00 h su - ID47 [x@1 a="\\]"][y] \ufeff+ text',
    );
    const change = fc.record({ at: fc.nat(200), to: fc.uint8Array({ maxLength: 3 }), drop: fc.nat(4) });
    fc.assert(
      fc.property(sane, fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => {
        let bytes = Buffer.from(text);
        for (const { at, to, drop } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + drop)]);
        }
        if (bytes.length > 0) holds(bytes);
      }),
      { numRuns: 1_000 },
    );
  });
});
