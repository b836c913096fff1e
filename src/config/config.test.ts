import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configOf, faultsOf, configFile as file, said } from '../../test/support/load-config.ts';
import { profileNames } from '../consume/profiles/profiles.ts';
import { loadConfig } from './config.ts';

describe('without a file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const without = (env: Readonly<Record<string, string>>) => loadConfig({ env, cwd: folder });

  test('there are the embedded log, two sources, rules and state beside it, and a console on this machine', () => {
    const loaded = without({});
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        file: null,
        bus: { kind: 'embedded', file: join(folder, 'data/log.db') },
        sources: [
          { name: 'auth', topics: ['logs.auth'], format: 'syslog', latenessMs: 120_000 },
          { name: 'logs', topics: ['logs.*'], format: 'json' },
        ],
        outputs: {
          incidents: 'tocsin.incidents',
          remediation: 'tocsin.remediation',
          deadLetters: 'tocsin.dead-letters',
        },
        rules: [join(folder, 'rules')],
        receivers: {},
        factLimits: { answerMs: 1_000, lateMax: 10, restMs: 30_000, eventsAtOnce: 32 },
        state: { file: join(folder, 'data/tocsin.db') },
        web: { host: '127.0.0.1', port: 8787, publicUrl: null },
        warnings: [],
      },
    });
  });

  test('KAFKA_BROKERS alone switches to a broker', () => {
    expect(without({ KAFKA_BROKERS: 'a:9092, b:9092' })).toMatchObject({
      ok: true,
      value: { bus: { kind: 'kafka', brokers: ['a:9092', 'b:9092'], groupId: 'tocsin', clientId: 'tocsin' } },
    });
  });

  test.each(['', ' ', ','])('an empty KAFKA_BROKERS "%s" does not', (brokers) => {
    expect(without({ KAFKA_BROKERS: brokers })).toMatchObject({
      ok: true,
      value: { bus: { kind: 'embedded' } },
    });
  });

  test('a broker that is no HOST:PORT is a fault', () => {
    expect(without({ KAFKA_BROKERS: 'a:9092,b' })).toMatchObject({
      ok: false,
      failure: [
        { file: 'defaults', path: '$.bus.brokers', message: '"b" of KAFKA_BROKERS is not HOST:PORT' },
      ],
    });
  });

  test('tocsin.json in the folder is read, and its bus comes before KAFKA_BROKERS', () => {
    const path = join(folder, 'tocsin.json');
    writeFileSync(path, '{"bus":{"kind":"embedded","retention":"7d"}}');
    expect(without({ KAFKA_BROKERS: 'a:9092' })).toMatchObject({
      ok: true,
      value: { file: path, bus: { kind: 'embedded', retentionMs: 604_800_000 } },
    });
    rmSync(path);
  });
});

describe('a file', () => {
  test('that is not there is a fault', () => {
    expect(loadConfig({ file: 'no/such.json', env: {}, cwd: '/nowhere' })).toEqual({
      ok: false,
      failure: [
        { file: '/nowhere/no/such.json', path: '$', message: 'cannot read /nowhere/no/such.json (ENOENT)' },
      ],
    });
  });

  test('of {} is the defaults, its paths beside it', () => {
    expect(configOf({})).toMatchObject({
      file,
      rules: ['/etc/tocsin/rules'],
      state: { file: '/etc/tocsin/data/tocsin.db' },
    });
  });

  test('that is no JSON is one fault with line and column, and quotes nothing of it', () => {
    const text = '{\n  "smtp": { "password": "hunter2", }\n}';
    expect(faultsOf(text)).toEqual([
      {
        file,
        path: '$',
        message: 'is no JSON from line 2, column 36 on',
        hint: 'is there a comma too many before it?',
      },
    ]);
  });

  test('has all its faults reported at once, each with path, words and what was meant', () => {
    const written = {
      buss: {},
      bus: { kind: 'kafak' },
      sources: [
        {
          name: 'a b',
          topics: [],
          formt: 'json',
          time: { format: 'iso-8601', zone: 'Mars' },
          lateness: '5 minutes',
          profile: 'zeeek',
        },
      ],
      receivers: { soc: {} },
      routes: { reciever: 'soc', routes: [{ match: { severity: 'hihg', severty: 'x' } }] },
      smtp: { port: 70_000, requireTls: 'yes' },
      lists: { scanners: 7 },
      web: { listen: 'here' },
      rules: 'rules',
    };
    expect(said(faultsOf(written))).toEqual([
      '$.bus.kind must be one of "kafka", "embedded" (did you mean "kafka"?)',
      '$.sources[0].name must be 1 to 64 letters, digits, dots, dashes or underscores',
      '$.sources[0].topics must name a topic',
      `$.sources[0].profile is no profile; there are ${profileNames.join(', ')}; did you mean "zeek"?`,
      '$.sources[0].time.format must be one of auto, iso8601, epoch-s, epoch-ms, epoch-us, epoch-ns, syslog, or a Luxon pattern that holds a whole date and time (did you mean "iso8601"?)',
      '$.sources[0].time.zone is no time zone; write an IANA name such as Europe/Zurich, or UTC+2',
      '$.sources[0].lateness "5 minutes" is no duration; write a number and a unit, such as 30s, 5m, 1h, 7d',
      '$.sources[0].formt is no key that is known here (did you mean "format"?)',
      '$.rules must be a list',
      '$.lists.scanners must be an object',
      '$.receivers.soc must have a slack, an email, a webhook, a pagerduty, a teams or an alertmanager',
      '$.routes.routes[0].match.severity must be one of "informational", "low", "medium", "high", "critical" (did you mean "high"?)',
      '$.routes.routes[0].match.severty is no key that is known here (did you mean "severity"?)',
      '$.routes.reciever is no key that is known here (did you mean "receiver"?)',
      '$.smtp.host is missing',
      '$.smtp.port must be at most 65535',
      '$.smtp.requireTls must be true or false',
      '$.web.listen must be HOST:PORT, or off',
      '$.buss is no key that is known here (did you mean "bus"?)',
    ]);
  });

  test.each([['[]'], ['7'], ['null'], ['"x"']])('of %s is a fault', (text) => {
    expect(faultsOf(text)).toMatchObject([{ path: '$', message: 'must be an object' }]);
  });
});

test('the configuration is frozen, all of it', () => {
  const loaded = configOf({ sources: [{ name: 'a', topics: ['x'], time: { field: 't' } }] });
  expect(() => Object.assign(loaded, { rules: [] })).toThrow(TypeError);
  expect(() => (loaded.sources as unknown[]).push(1)).toThrow(TypeError);
  expect(() => Object.assign(loaded.sources[0]?.time ?? {}, { zone: 'x' })).toThrow(TypeError);
});

test.each([
  ['127.0.0.1:8787', { host: '127.0.0.1', port: 8787 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  [':8787', { host: '0.0.0.0', port: 8787 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['off', null],
])('to listen on %s is %j', (listen, expected) => {
  expect(configOf({ web: { listen } }).web).toEqual(
    expected === null ? null : { ...expected, publicUrl: null },
  );
});

test.each([
  ['https://tocsin.example.org', 'https://tocsin.example.org'],
  ['https://tocsin.example.org/', 'https://tocsin.example.org'],
  ['http://10.0.0.1:8787/console/', 'http://10.0.0.1:8787/console'],
])('people reach it at %s, and messages link below %s', (publicUrl, expected) => {
  expect(configOf({ web: { publicUrl } }).web?.publicUrl).toBe(expected);
});

test('a source says everything that it can, durations in milliseconds', () => {
  const written = {
    name: 'auth',
    topics: ['logs.auth', 'syslog-*'],
    format: 'syslog',
    profile: 'ecs',
    unwrap: 'message',
    explode: 'Records',
    time: { field: 't', format: 'yyyy-LL-dd HH:mm:ss', zone: 'Europe/Zurich', year: 2017 },
    lateness: '0s',
    idleAfter: '10s',
    maxSkew: '1m',
    silentAfter: '10m',
    eventId: ['host', 'sequence'],
    repeatsWithin: '2h',
    logsource: { product: 'linux', service: 'sshd', category: 'x' },
  };
  const { lateness, idleAfter, maxSkew, silentAfter, repeatsWithin, ...same } = written;
  expect(configOf({ sources: [written] }).sources).toEqual([
    {
      ...same,
      latenessMs: 0,
      idleAfterMs: 10_000,
      maxSkewMs: 60_000,
      silentAfterMs: 600_000,
      repeatsWithinMs: 7_200_000,
    },
  ]);
});
