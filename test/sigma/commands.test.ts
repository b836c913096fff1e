import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTocsin } from '../support/tocsin-process.ts';

const creation = `title: Command prompt
id: cmd
logsource: { product: windows, category: process_creation }
detection:
  selection:
    Image|endswith: '\\cmd.exe'
  condition: selection
`;
const logon = `title: Failed logon
id: logon
logsource: { product: windows, service: security }
detection:
  selection:
    EventID: 4625
    TargetUserName|expand: '%admins%'
  condition: selection
---
title: Many failed logons of {{ TargetUserName }}
id: many
level: high
correlation:
  type: event_count
  rules: [logon]
  group-by: [TargetUserName]
  timespan: 5m
  condition: { gte: 3 }
`;

const evtx = (
  [channel, id]: readonly [string, number],
  data: Record<string, unknown>,
  time = '2026-03-01T10:00:00.000Z',
): string =>
  JSON.stringify({
    Event: {
      System: { Channel: channel, EventID: id, TimeCreated: { '#attributes': { SystemTime: time } } },
      EventData: data,
    },
  });
const sysmon = 'Microsoft-Windows-Sysmon/Operational';
const events = [
  evtx([sysmon, 1], { Image: 'C:\\cmd.exe' }),
  evtx([sysmon, 3], { Image: 'C:\\cmd.exe' }),
  evtx(['Security', 4688], { NewProcessName: 'C:\\cmd.exe' }),
  ...[1, 2, 3].map((minute) =>
    evtx(['Security', 4625], { TargetUserName: 'Administrator' }, `2026-03-01T10:0${minute}:00.000Z`),
  ),
  evtx(['Security', 4625], { TargetUserName: 'guest' }),
];

describe('rules in Sigma, from the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-sigma-'));
  beforeAll(() => {
    mkdirSync(join(folder, 'rules/windows'), { recursive: true });
    writeFileSync(join(folder, 'rules/windows/creation.yml'), creation);
    writeFileSync(join(folder, 'rules/logon.yaml'), logon);
    writeFileSync(join(folder, 'events.ndjson'), `${events.join('\n')}\n`);
    writeFileSync(join(folder, 'placeholders.yml'), "admins: ['admin*', root]\n");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const match = async (...args: readonly string[]) => {
    const { code, out, err } = await runTocsin(
      ['match', '--rules', 'rules', '--profile', 'evtx', ...args, '--', 'events.ndjson'],
      { cwd: folder },
    );
    const lines = out.split('\n').filter((line) => line !== '');
    return { code, err, matches: lines.map((line): unknown => JSON.parse(line)) };
  };

  test('match tries every rule on every event as it is', async () => {
    const { code, err, matches } = await match();
    expect(err).toContain(
      'logon.yaml: line 7: document 1 $.detection.selection["TargetUserName|expand"]: placeholder %admins% has no values',
    );
    expect(err).toContain(
      'logon.yaml: line 15: document 2 $.correlation.rules[0]: rule "logon" is not loaded, because of its own faults',
    );
    expect({ code, matches }).toEqual({
      code: 0,
      matches: [
        { line: 1, rules: ['cmd'] },
        { line: 2, rules: ['cmd'] },
      ],
    });
  });

  test('with --logsource Windows categories add channel and event id', async () => {
    const { matches } = await match('--logsource', 'product=windows');
    expect(matches).toEqual([
      { line: 1, rules: ['cmd'] },
      { line: 3, rules: ['cmd'] },
    ]);
    expect((await match('--logsource', 'product=linux')).matches).toEqual([]);
  });

  test('with --placeholders', async () => {
    const { err, matches } = await match(
      '--placeholders',
      'placeholders.yml',
      '--logsource',
      'product=windows,service=security',
    );
    expect(err).toBe('');
    expect(matches).toEqual(
      [3, 4, 5, 6].map((line) => ({ line, rules: line === 3 ? ['cmd'] : ['logon', 'many'] })),
    );
  });

  test.each([
    [['--placeholders', 'none.yml'], 'none.yml: there is no such file or folder'],
    [['--placeholders', 'events.ndjson'], 'events.ndjson: '],
    [['--logsource', 'os=windows'], 'product=..., service=... and category=... are needed'],
    [['--profile', 'evtxx'], "'evtxx' is invalid"],
  ])('%s ends with exit code 2', async (args, message) => {
    const { code, err } = await match(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('rules check says what is wrong, and where', async () => {
    const { code, out, err } = await runTocsin(['rules', 'check', 'rules'], { cwd: folder });
    expect(code).toBe(1);
    expect(out).toContain('cmd');
    expect(err).toContain('placeholder %admins% has no values');
  });

  test('replay counts what a correlation counts', async () => {
    const file = join(folder, 'counted.yml');
    writeFileSync(file, logon.replace("|expand: '%admins%'", '|exists: true'));
    const { code, out } = await runTocsin(
      ['replay', '--rules', file, '--profile', 'evtx', '--firings', '--', 'events.ndjson'],
      { cwd: folder },
    );
    const many = out.split('\n').filter((line) => line.includes('"many"'));
    expect(code).toBe(0);
    expect(many).toHaveLength(1);
    expect(JSON.parse(many[0]!)).toMatchObject({
      rule: 'many',
      group: { TargetUserName: 'Administrator' },
      time: '2026-03-01T10:03:00.000Z',
      value: 3,
    });
  });
});
