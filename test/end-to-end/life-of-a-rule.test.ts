import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SlackStandIn } from '../support/slack-stand-in.ts';
import { eventually, jsonLines, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';
import { writeAtOnce } from '../support/write-at-once.ts';

let folder: string;
let slack: SlackStandIn;
let service: TocsinProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-life-'));
  slack = await SlackStandIn.start();
  mkdirSync(join(folder, 'rules'));
  const config = {
    bus: { kind: 'embedded', file: 'log.db' },
    state: { file: 'state.db' },
    rules: ['rules'],
    receivers: { soc: { slack: { webhookUrl: slack.webhookUrl } } },
    routes: { receiver: 'soc' },
    sources: [{ name: 'app', topics: ['logs.app'], time: { field: 'time', format: 'iso8601' } }],
    web: { listen: 'off' },
  };
  writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
});
afterEach(async () => {
  await service.end('SIGKILL');
  await slack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tocsin = (args: readonly string[], input?: string) =>
  runTocsin(args, { cwd: folder, ...(input === undefined ? {} : { input }) });

const jsonRule = (id: string, status: string): string =>
  JSON.stringify({
    id,
    title: `${id} of {{ user }}`,
    status,
    conditions: { all: [{ fact: 'action', operator: 'equal', value: 'delete' }] },
    groupBy: ['user'],
    remediation: [{ action: 'deny', target: { ipv4_net: '{{ ip }}' } }],
  });

const sigmaRule = (id: string, own: string): string => `title: ${id} of {{ user }}
id: ${id}
logsource: { product: app }
detection: { selection: { action: delete }, condition: selection }
${own}`;

const write = (name: string, text: string): void => writeAtOnce(join(folder, 'rules', name), text);

/** Just now: what is long past would be told only when much of it has been gathered. */
const remove = (): Promise<unknown> => {
  const event = { time: new Date().toISOString(), action: 'delete', user: 'jo', ip: '203.0.113.7' };
  return tocsin(['ingest', '--topic', 'logs.app'], JSON.stringify(event));
};

test('a draft does nothing; a rule in shadow opens incidents and tells nobody, until it goes into production', async () => {
  write('draft.json', jsonRule('draft', 'draft'));
  write('draft.yml', sigmaRule('sigma-draft', 'status: deprecated'));
  write('shadow.json', jsonRule('shadow', 'shadow'));
  write('shadow.yml', sigmaRule('sigma-shadow', 'tocsin: { status: shadow, groupBy: [user] }'));
  write('live.json', jsonRule('live', 'production'));
  service = new TocsinProcess(['run'], { cwd: folder });
  const tails = ['incidents', 'remediation'].map(
    (topic) => new TocsinProcess(['tail', topic, '--json', '--from-beginning'], { cwd: folder }),
  );
  await service.says('3 rules loaded');
  await remove();
  await eventually(() => slack.messages.length > 0);
  const incidents = async () => jsonLines((await tocsin(['incidents', 'list', '--json'])).out);
  expect((await incidents()).map(({ title, shadow }) => [title, shadow]).sort()).toEqual([
    ['live of jo', false],
    ['shadow of jo', true],
    ['sigma-shadow of jo', true],
  ]);
  expect((await tocsin(['incidents', 'list'])).out).toMatch(/open \(shadow\).*shadow of jo/);
  write('shadow.yml', sigmaRule('sigma-shadow', 'tocsin: { groupBy: [user] }'));
  await service.says('rules reloaded');
  await remove();
  await eventually(() => slack.messages.length > 1);
  const texts = slack.messages.map(({ message }) => message.text);
  expect(texts).toEqual([
    expect.stringContaining('live of jo'),
    expect.stringContaining('sigma-shadow of jo'),
  ]);
  const [told, proposed] = tails;
  // A rule in shadow that is told of would have come with the others of its turn.
  const titles = (): Set<string> =>
    new Set((told?.lines ?? []).map(({ title, events }) => `${title}: ${events}`));
  await eventually(() => titles().size >= 3);
  expect(titles()).toEqual(new Set(['live of jo: 1', 'live of jo: 2', 'sigma-shadow of jo: 2']));
  await eventually(() => (proposed?.lines ?? []).length > 0);
  expect(proposed?.lines).toHaveLength(1);
  for (const tail of tails) await tail.end('SIGINT');
});
