import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AlertmanagerStandIn } from '../support/alertmanager-stand-in.ts';
import { HttpStandIn } from '../support/http-stand-in.ts';
import { PagerDutyStandIn } from '../support/pagerduty-stand-in.ts';
import { SlackStandIn } from '../support/slack-stand-in.ts';
import { TestSmtpServer } from '../support/smtp-server.ts';
import { TeamsStandIn } from '../support/teams-stand-in.ts';
import { eventually, jsonLines, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

const rule = {
  id: 'door-opened',
  title: 'Door {{ door.id }} opened',
  severity: 'critical',
  tags: ['attack.t1200'],
  conditions: { all: [{ fact: 'door.state', operator: 'equal', value: 'open' }] },
  tests: [],
};

describe('a service with every receiver there is', () => {
  const slack = new SlackStandIn();
  const teams = new TeamsStandIn();
  const pagerduty = new PagerDutyStandIn();
  const alertmanager = new AlertmanagerStandIn();
  const webhook = new HttpStandIn();
  const dead = new HttpStandIn(() => ({ status: 404, body: 'no_service' }));
  const mail = new TestSmtpServer();
  const all = [slack, teams, pagerduty, alertmanager, webhook, dead, mail];
  let folder: string;

  beforeEach(async () => {
    for (const server of all) await server.start();
    folder = mkdtempSync(join(tmpdir(), 'tocsin-receivers-'));
    writeFileSync(join(folder, 'rule.json'), JSON.stringify(rule));
    const config = {
      bus: { kind: 'embedded', file: 'log.db' },
      state: { file: 'state.db' },
      rules: ['rule.json'],
      sources: [{ name: 'doors', topics: ['doors'], format: 'json' }],
      receivers: {
        soc: {
          slack: { webhookUrl: slack.webhookUrl },
          teams: { webhookUrl: teams.webhookUrl },
          pagerduty: { routingKey: PagerDutyStandIn.routingKey, url: pagerduty.url },
          alertmanager: { url: alertmanager.origin },
          webhook: { url: webhook.origin, secret: 'hunter2hunter2' },
          template: { summary: 'Go and look at {{ event.door.id | default "all doors" }}.' },
        },
        gone: { slack: { webhookUrl: `${dead.origin}/services/gone` }, fallback: 'desk' },
        desk: { email: { to: ['desk@example.org'] } },
      },
      routes: { receiver: 'soc', routes: [{ receiver: 'soc', continue: true }, { receiver: 'gone' }] },
      smtp: { host: '127.0.0.1', port: mail.port, requireTls: false, from: 'tocsin@example.org' },
      web: { listen: 'off' },
    };
    writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
  });
  afterEach(async () => {
    for (const server of all) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('tells each of them, in its own way, and of a dead one another', async () => {
    const event = { user: { name: 'root' }, door: { id: 'b7', state: 'open' } };
    await runTocsin(['ingest', '--topic', 'doors'], { cwd: folder, input: `${JSON.stringify(event)}\n` });
    const service = new TocsinProcess(['run'], { cwd: folder });
    const told = (): number[] =>
      [slack.messages, teams.cards, pagerduty.events, alertmanager.alerts, webhook.accepted, mail.mails].map(
        ({ length }) => length,
      );
    try {
      await eventually(() => told().every((count) => count > 0));
      await eventually(() => JSON.stringify(slack.messages).includes('could not be delivered'));
    } finally {
      await service.end();
    }
    const slackSaid = JSON.stringify(slack.messages);
    expect(slackSaid).toContain('door.state=open user.name=root');
    for (const said of [slackSaid, JSON.stringify(teams.cards), JSON.stringify(pagerduty.events)]) {
      expect(said).toContain('Door b7 opened');
      expect(said).toContain('Go and look at b7.');
      expect(said).toContain('https://attack.mitre.org/techniques/T1200/');
    }
    const list = await runTocsin(['incidents', 'list', '--json'], { cwd: folder });
    const incidents = jsonLines(list.out);
    const door = incidents.find(({ rule: of }) => (of as { id: string }).id === rule.id);
    const page = await runTocsin(['incidents', 'show', String(door?.['id'])], { cwd: folder });
    expect(page.out).toMatch(
      /gone\/slack +not told: given-up +answered 404: no_service; desk\/email is told instead; tocsin outbox retry \d+ sends it again/,
    );
    expect(incidents).toContainEqual(
      expect.objectContaining({
        title: 'What is for receiver:gone/slack could not be delivered',
        severity: 'high',
        events: 1,
      }),
    );
    expect(mail.mails[0]?.mail.text).toContain('gone/slack could not be told (answered 404: no_service)');
    expect(webhook.accepted[0]?.headers['webhook-signature']).toMatch(/^v1,/);
    expect(alertmanager.alerts[0]?.labels).toMatchObject({ alertname: 'door-opened', severity: 'critical' });
  });
});
