import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configOf } from '../../test/support/load-config.ts';
import { RecordingLog } from '../../test/support/recording-log.ts';
import { MetricsRegistry } from '../runtime/metrics-registry.ts';
import { SystemClock } from '../runtime/system-clock.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import { LiveRules } from './live-rules.ts';
import type { ServiceRules } from './load-service-rules.ts';

let folder: string;
let live: LiveRules | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-live-'));
  write('ours.txt', '');
});
afterEach(() => {
  live?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, content: unknown): void =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

const rule = (id: string, value: unknown, rest: object = {}): object => ({
  id,
  conditions: { all: [{ fact: 'x', operator: 'equal', value }] },
  ...rest,
});

const sigmaRule = (selection: string): string => `title: Shell
id: shell
logsource: { category: process_creation }
detection:
  selection: ${selection}
  condition: selection
`;

/** Follows the files of the folder; `reload` reads them again and resolves when the new rules run. */
async function following() {
  const log = new RecordingLog();
  const metrics = new MetricsRegistry();
  const config = configOf({
    rules: [folder],
    lists: { ours: { file: join(folder, 'ours.txt') } },
    sources: [{ name: 'test', topics: ['logs.test'] }],
    state: { file: join(folder, 'state.db') },
  });
  live = await LiveRules.load({ config, log, metrics, clock: new SystemClock(), events: {} });
  const running = { now: live.now };
  let told: (() => void) | undefined;
  live
    .follow(async (next: ServiceRules) => {
      running.now = next;
      setImmediate(() => told?.());
    })
    .catch((error: unknown) => log.error(String(error)));
  const reload = (): Promise<void> => {
    const done = new Promise<void>((resolve) => {
      told = resolve;
    });
    live?.reload();
    return done;
  };
  const matching = (fields: LogEvent['fields']): string[] =>
    running.now.compiled.matcher.match(eventOf(fields)).map(({ ruleId }) => ruleId);
  const said = (): string[] => log.lines.splice(0).map(({ message }) => message.replaceAll(`${folder}/`, ''));
  return { running, reload, matching, said, metrics };
}

const eventOf = (fields: LogEvent['fields']): LogEvent => ({
  fields,
  timeMs: 0,
  timeOrigin: 'field',
  source: 'test',
  position: { topic: 'logs.test', partition: 0, offset: 0, index: 0 },
  weight: 1,
});

describe('rules that follow their files', () => {
  test('are edited, added, renamed and removed', async () => {
    write('a.json', rule('a', 1));
    write('b.json', rule('b', 1));
    const { reload, matching, said } = await following();
    expect(matching({ x: 1 })).toEqual(['a', 'b']);
    write('a.json', rule('a', 2));
    write('c.json', rule('c', 1));
    rmSync(join(folder, 'b.json'));
    write('z.json', rule('b', 1));
    said();
    await reload();
    expect([matching({ x: 1 }), matching({ x: 2 })]).toEqual([['c', 'b'], ['a']]);
    expect(said()).toEqual(['rules reloaded: 3 run']);
    rmSync(join(folder, 'c.json'));
    await reload();
    expect(matching({ x: 1 })).toEqual(['b']);
  });

  test('run on as they were where an edit is faulty, each by itself; what is wrong is said once, and counted', async () => {
    write('both.json', [rule('a', 1), rule('b', 1)]);
    const { reload, matching, said, metrics } = await following();
    write('both.json', [rule('a', 2, { severty: 'high' }), rule('b', 2)]);
    said();
    await reload();
    expect([matching({ x: 1 }), matching({ x: 2 })]).toEqual([['a'], ['b']]);
    expect(said()).toEqual([
      'rule not reloaded: both.json: line 1: $[0].severty: unknown member "severty" (did you mean "severity"?); the last good version of a runs on',
      'rules reloaded: 2 run',
    ]);
    const state = (name: string) => metrics.value('tocsin_rules', { state: name });
    expect([state('loaded'), state('faulty'), state('kept')]).toEqual([2, 1, 1]);
    expect(metrics.value('tocsin_rule_reloads_total', { outcome: 'faulty' })).toBe(1);
    await reload();
    expect(said()).toEqual(['rules reloaded: 2 run']);
    write('both.json', [rule('a', 2, { severity: 'high' }), rule('b', 2)]);
    await reload();
    expect(matching({ x: 2 })).toEqual(['a', 'b']);
    expect([state('faulty'), state('kept')]).toEqual([0, 0]);
    expect(metrics.value('tocsin_rule_reloads_total', { outcome: 'good' })).toBe(1);
  });

  test('run on where their file is no JSON any more, and where their folder is suddenly empty', async () => {
    write('a.json', [rule('a', 1), rule('b', 1)]);
    const { reload, matching } = await following();
    write('a.json', '[{"id": "a",');
    await reload();
    expect(matching({ x: 1 })).toEqual(['a', 'b']);
    rmSync(join(folder, 'a.json'));
    await reload();
    expect(matching({ x: 1 })).toEqual(['a', 'b']);
  });

  test('a rule that becomes a draft ends', async () => {
    write('a.json', rule('a', 1));
    const { reload, matching } = await following();
    write('a.json', rule('a', 1, { status: 'draft' }));
    await reload();
    expect(matching({ x: 1 })).toEqual([]);
  });

  test('see lists that change, and the entries a list had while its file is gone', async () => {
    write('a.json', {
      id: 'a',
      conditions: { all: [{ fact: 'ip', operator: 'inList', value: 'ours' }] },
    });
    write('ours.txt', '10.0.0.0/8\n');
    const { running, reload, matching, said } = await following();
    const { hash } = running.now.compiled.rules[0] ?? {};
    write('ours.txt', '192.0.2.1\n');
    await reload();
    expect([matching({ ip: '10.1.1.1' }), matching({ ip: '192.0.2.1' })]).toEqual([[], ['a']]);
    expect(running.now.compiled.rules[0]?.hash).toBe(hash);
    rmSync(join(folder, 'ours.txt'));
    said();
    await reload();
    expect(matching({ ip: '192.0.2.1' })).toEqual(['a']);
    expect(said()[0]).toBe(
      'list ours: ours.txt: there is no such file or folder; it keeps what it held until then',
    );
  });

  test('in Sigma run on with their filter while it is faulty, and with the new values of a placeholder', async () => {
    const filter = (condition: string): string => `title: Not ours
logsource: { category: process_creation }
filter:
  rules: [shell]
  ours: { User: svc }
  condition: ${condition}
`;
    write('ours.txt', '/bin/sh\n');
    write('shell.yml', sigmaRule("{ 'Image|expand': '%ours%' }"));
    write('filter.yml', filter('not ours'));
    const { reload, matching, said } = await following();
    expect([matching({ Image: '/bin/sh', User: 'jo' }), matching({ Image: '/bin/sh', User: 'svc' })]).toEqual(
      [['shell'], []],
    );
    write('filter.yml', filter('not our'));
    write('ours.txt', '/bin/dash\n');
    said();
    await reload();
    expect(said()[0]).toMatch(/^rule not .*filter\.yml: line 6: .*our/);
    expect([
      matching({ Image: '/bin/dash', User: 'jo' }),
      matching({ Image: '/bin/dash', User: 'svc' }),
    ]).toEqual([['shell'], []]);
  });

  test('in Sigma stay silent while the correlation that counts them is faulty', async () => {
    const correlation = (type: string): string => `title: Many shells
id: many
correlation:
  type: ${type}
  rules: [shell]
  group-by: [User]
  timespan: 5m
  condition: { gte: 5 }
`;
    write('shell.yml', sigmaRule('{ Image: /bin/sh }'));
    write('many.yml', correlation('event_count'));
    const { running, reload } = await following();
    const alerts = () => running.now.compiled.rules.filter(({ alert }) => alert).map(({ id }) => id);
    expect(alerts()).toEqual(['many']);
    write('many.yml', correlation('event_cuont'));
    await reload();
    expect(running.now.faults).toHaveLength(1);
    expect(alerts()).toEqual(['many']);
  });

  test('over other rules run on while one of those is faulty, and end where it is gone', async () => {
    const over = { id: 'over', window: { type: 'temporal', rules: ['a', 'b'], timespan: '5m' } };
    write('a.json', rule('a', 1));
    write('b.json', rule('b', 2));
    write('over.json', over);
    const { running, reload, said } = await following();
    const ids = () => running.now.compiled.rules.map(({ id }) => id).sort();
    write('a.json', rule('a', 1, { severity: 'hgih' }));
    await reload();
    expect([ids(), running.now.kept.map((each) => each.rule.id)]).toEqual([
      ['a', 'b', 'over'],
      ['a', 'over'],
    ]);
    rmSync(join(folder, 'a.json'));
    said();
    await reload();
    expect([ids(), running.now.kept]).toEqual([['b'], []]);
    expect(said()[0]).toMatch(/^rule not loaded: over\.json: .*there is no rule "a"/);
  });

  test('in Sigma are read anew where what links them was faulty from the start', async () => {
    const filter = (more: string): string =>
      `title: F\nlogsource: { category: process_creation }\nfilter: { rules: [nobody], x: { a: 1 }, condition: not x }\n---\n${more}`;
    write('shell.yml', filter(sigmaRule('{ Image: /bin/sh }')));
    const { reload, matching } = await following();
    write('shell.yml', filter(sigmaRule('{ Image: /bin/dash }')));
    await reload();
    expect([matching({ Image: '/bin/sh' }), matching({ Image: '/bin/dash' })]).toEqual([[], ['shell']]);
  });
});
