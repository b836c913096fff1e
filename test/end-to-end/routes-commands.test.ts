import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SlackStandIn } from '../support/slack-stand-in.ts';
import { eventually, jsonLines, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

const rule = {
  id: 'door-opened',
  title: 'Door {{ door.id }} opened',
  severity: 'high',
  tags: ['physical'],
  notify: ['desk'],
  conditions: { all: [{ fact: 'door.state', operator: 'equal', value: 'open' }] },
  groupBy: ['door.id'],
  tests: [],
};

describe('who is told', () => {
  const slack = new SlackStandIn();
  let folder: string;

  beforeAll(async () => {
    await slack.start();
    folder = mkdtempSync(join(tmpdir(), 'tocsin-routes-'));
    writeFileSync(join(folder, 'rule.json'), JSON.stringify(rule));
    const config = {
      bus: { kind: 'embedded', file: 'log.db' },
      state: { file: 'state.db' },
      rules: ['rule.json'],
      sources: [{ name: 'doors', topics: ['doors'], format: 'json' }],
      receivers: {
        soc: { slack: { webhookUrl: slack.webhookUrl, ratePerSecond: 100 } },
        desk: { webhook: { url: 'http://127.0.0.1:9/none' } },
      },
      routes: {
        receiver: 'soc',
        routes: [{ match: { source: 'doors' }, groupBy: ['rule'], groupInterval: '2s' }],
      },
      maintenance: [{ name: 'rebuilding', from: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' }],
      web: { listen: 'off' },
    };
    writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
  });
  afterAll(async () => {
    await slack.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const tocsin = (...args: string[]) => runTocsin(args, { cwd: folder });
  const routes = (...args: string[]) => tocsin('routes', ...args);

  test('is shown as a tree for programs, too', async () => {
    const { out, code } = await routes('show', '--json');
    expect(code).toBe(0);
    const ways = { channels: ['slack'], continue: false, receiver: 'soc', escalate: [] };
    expect(jsonLines(out)).toMatchObject([
      {
        ...ways,
        route: 'routes',
        match: {},
        groupBy: null,
        groupWaitMs: 0,
        repeatIntervalMs: null,
        routes: [
          {
            ...ways,
            route: 'routes.routes[0]',
            match: { source: 'doors' },
            groupBy: ['rule'],
            groupIntervalMs: 2_000,
            muteTimeIntervals: [],
            activeTimeIntervals: [],
            routes: [],
          },
        ],
      },
    ]);
  });

  test('is shown as a tree', async () => {
    const { out, code } = await routes('show');
    expect(code).toBe(0);
    expect(out).toContain('everything -> soc (slack)\n  each by itself, at once\n');
    expect(out).toContain(
      '  source=doors -> soc (slack)\n    grouped by rule, at once, what follows within 2s together',
    );
  });

  test('is tried on an incident that is described; what a rule says counts', async () => {
    const { out, code } = await routes('test', '--set', 'rule=door-opened', '--set', 'source=doors');
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'routes            matches',
        'routes.routes[0]  takes it',
        'soc (slack) by routes.routes[0]',
        '  told at once, what follows within 2s together, with others of rule=door-opened',
        'desk (webhook) by notify of the rule',
        '  told at once',
        '',
      ].join('\n'),
    );
  });

  test('is verified: code 1 where others would be told', async () => {
    const set = ['test', '--set', 'rule=other', '--set', 'severity=low'];
    expect((await routes(...set, '--verify', 'soc')).code).toBe(0);
    const wrong = await routes(...set, '--verify', 'soc,desk');
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('expected desk, soc, but soc would be told');
    const then = await routes(...set, '--at', '2020-01-01T12:00:00Z', '--verify', '');
    expect(then.out).toContain(
      'not told: maintenance: rebuilding until 2020-01-02T00:00:00.000Z: maintenance',
    );
    expect(then.code).toBe(0);
    expect((await routes('test', '--set', 'severty=low')).code).toBe(2);
  });

  test('is what happens: a group has one digest, a silence holds back, and the incident says why', async () => {
    const opened = (id: string) => `${JSON.stringify({ door: { id, state: 'open' } })}\n`;
    const ingest = (...ids: string[]) =>
      runTocsin(['ingest', '--topic', 'doors'], { input: ids.map(opened).join(''), cwd: folder });
    const said = () => JSON.stringify(slack.messages);
    await ingest('a');
    const service = new TocsinProcess(['run'], { cwd: folder });
    try {
      await eventually(() => slack.messages.length === 1);
      const silence = ['silence', 'add', '--match', 'group.door.id=x*', '--comment', 'known', '--for', '1h'];
      const added = await tocsin(...silence, '--json');
      // What persons ask for is looked at after what they silence: once it is done, the silence is known.
      const [first] = jsonLines((await tocsin('incidents', 'list', '--json')).out);
      await tocsin('incidents', 'note', String(first?.['id']), 'is silenced now');
      const shows = () => tocsin('incidents', 'show', String(first?.['id']));
      await eventually(async () => (await shows()).out.includes('is silenced now'));
      await ingest('b', 'c', 'x1');
      await eventually(() => slack.messages.length >= 2);
      const digest = JSON.stringify(slack.messages[1]);
      expect(digest).toContain('Door b opened');
      expect(digest).toContain('Door c opened');
      expect(said()).not.toContain('Door x1 opened');
      const { out } = await tocsin('incidents', 'list', '--json');
      const silenced = out.split('\n').find((line) => line.includes('Door x1 opened')) ?? '{}';
      const { id } = JSON.parse(silenced) as { id: string };
      const shown = JSON.parse((await tocsin('incidents', 'show', id, '--json')).out) as {
        notices: unknown[];
      };
      expect(shown.notices).toMatchObject([
        { receiver: 'soc', told: false, reason: 'silenced' },
        { receiver: 'desk', told: false, reason: 'silenced' },
      ]);
      expect((await tocsin('incidents', 'show', id)).out).toContain('not told: silenced');
      await tocsin('silence', 'expire', (JSON.parse(added.out) as { id: string }).id);
      await eventually(() => said().includes('Door x1 opened'));
    } finally {
      await service.end();
    }
  });
});
