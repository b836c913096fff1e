import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '../../src/shared/model/incident.ts';
import { startTopic } from '../support/kafka/start-topic.ts';
import { describeWithKafka, suiteKafka } from '../support/kafka/suite-kafka.ts';
import { produce, readTopic, recordCount, type SeenRecord } from '../support/kafka/topic-tools.ts';
import { eventually, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

/** Every event carries a marker; the rule opens one incident for each marker it sees. */
const rule = {
  id: 'marked',
  title: 'Marked {{ marker }}',
  conditions: { all: [{ fact: 'marker', operator: 'exists', value: true }] },
  groupBy: ['marker'],
  dedup: '30d',
};

const utf8 = (text: string): Buffer => Buffer.from(text);

/** What a hostile or broken producer puts on a topic: each becomes an event (its marker), a dead letter, both, or is passed over. */
const poison: readonly { name: string; value: Buffer | null; marker?: string; reason?: string }[] = [
  { name: 'a good event', value: utf8('{"marker":"good"}'), marker: 'good' },
  { name: 'invalid JSON', value: utf8('{"marker":"cut off'), reason: 'invalid-json' },
  {
    name: 'a value of 5 MB',
    value: utf8(`{"marker":"large","padding":"${'x'.repeat(5_000_000)}"}`),
    marker: 'large',
  },
  { name: '5 MB that are no JSON', value: Buffer.alloc(5_000_000, 'y'), reason: 'invalid-json' },
  { name: 'an empty value', value: Buffer.alloc(0), reason: 'empty' },
  { name: 'a tombstone', value: null },
  {
    name: 'invalid UTF-8',
    value: Buffer.concat([utf8('{"marker":"bytes","x":"'), Buffer.from([0xff, 0xfe]), utf8('"}')]),
    marker: 'bytes',
    reason: 'invalid-utf8',
  },
  {
    name: 'a __proto__ key',
    value: utf8(
      '{"__proto__":{"marker":"polluted"},"constructor":{"prototype":{"marker":"polluted"}},"marker":"proto"}',
    ),
    marker: 'proto',
  },
  {
    name: 'numbers beyond 2^53',
    value: utf8('{"marker":"number","n":123456789012345678901234567890,"m":9007199254740993,"e":1e999}'),
    marker: 'number',
  },
  { name: 'NUL bytes', value: utf8('{"marker":"nul","text":"a\\u0000b"}'), marker: 'nul' },
  { name: 'a raw NUL byte', value: Buffer.from('{"marker":"raw\0nul"}'), reason: 'invalid-json' },
  {
    name: '10,000 levels deep',
    value: utf8(`{"marker":"deep","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`),
  },
  { name: 'a number', value: utf8('42'), reason: 'not-an-object' },
  {
    name: 'an array with a bad element',
    value: utf8('[{"marker":"first"},7]'),
    marker: 'first',
    reason: 'not-an-object',
  },
  { name: 'the last event', value: utf8('{"marker":"last"}'), marker: 'last' },
];

describeWithKafka('poison through a real Kafka', () => {
  const name = 'poison';
  let folder: string;
  let config: string;
  let letters: SeenRecord[];
  let incidents: Incident[];
  let tocsin: TocsinProcess | undefined;

  beforeAll(async () => {
    const brokers = await suiteKafka();
    folder = mkdtempSync(join(tmpdir(), 'tocsin-poison-'));
    config = join(folder, 'tocsin.json');
    writeFileSync(join(folder, 'rule.json'), JSON.stringify(rule));
    const outputs = {
      incidents: `${name}.incidents`,
      remediation: `${name}.remediation`,
      deadLetters: `${name}.dead-letters`,
    };
    writeFileSync(
      config,
      JSON.stringify({
        bus: { kind: 'kafka', brokers, groupId: name },
        sources: [{ name: 'json', topics: [`${name}.logs`], format: 'json' }],
        outputs,
        rules: ['rule.json'],
        state: { file: 'tocsin.db' },
        web: { listen: 'off' },
      }),
    );
    await startTopic(brokers, `${name}.logs`, { partitions: 1, config: { 'max.message.bytes': '20000000' } });
    await produce(
      brokers,
      `${name}.logs`,
      poison.map((each) => [{ key: each.name, value: each.value, headers: { origin: each.name } }]),
    );
    tocsin = new TocsinProcess(['run', '--config', config]);
    await eventually(async () => {
      const { out } = await runTocsin(['incidents', 'list', '--json', '--config', config]);
      incidents = out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Incident);
      return incidents.some((incident) => incident.group['marker'] === 'last');
    });
    const expected = poison.filter((each) => each.reason !== undefined);
    await eventually(
      async () => (await recordCount(brokers, outputs.deadLetters).catch(() => 0)) >= expected.length,
    );
    // One that may or may not be a letter may be among so many.
    await eventually(async () => {
      letters = await readTopic(brokers, outputs.deadLetters);
      return expected.every((each) => letters.some(({ key }) => key === each.name));
    });
  });
  afterAll(async () => {
    await tocsin?.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(poison.filter((each) => each.reason !== undefined))(
    '$name is a dead letter, whole, with the reason',
    ({ name: key, value, reason }) => {
      const letter = letters.find((each) => each.key === key);
      expect(letter?.headers['tocsin-reason']).toBe(reason);
      expect(letter?.headers['origin']).toBe(key);
      expect(letter?.headers['tocsin-offset']).toBe(String(poison.findIndex((each) => each.name === key)));
      expect(letter?.value?.equals(value ?? Buffer.alloc(0))).toBe(true);
    },
  );

  test.each(poison.filter((each) => each.marker !== undefined))('$name is an event', ({ marker }) => {
    expect(incidents.map((incident) => incident.group['marker'])).toContain(marker);
  });

  test('10,000 levels are an event or a dead letter', () => {
    const isEvent = incidents.some((incident) => incident.group['marker'] === 'deep');
    const isLetter = letters.some((letter) => letter.key === '10,000 levels deep');
    expect([isEvent, isLetter]).toContain(true);
  });

  test('nothing else became of them, and the process goes on', () => {
    const markers = new Set(poison.flatMap(({ marker }) => marker ?? []).concat('deep'));
    expect(
      incidents.map((incident) => String(incident.group['marker'])).filter((marker) => !markers.has(marker)),
    ).toEqual([]);
    expect(tocsin?.isRunning).toBe(true);
  });
});
