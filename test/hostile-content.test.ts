import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incidentLine } from '../src/cli/incident-line.ts';
import { incidentPage, incidentTable } from '../src/cli/show-incident.ts';
import { openTerminal, type Terminal } from '../src/cli/terminal.ts';
import { renderAlertmanager } from '../src/notify/alertmanager/render-alertmanager.ts';
import { renderAlertmanagerDigest } from '../src/notify/alertmanager/render-alertmanager-digest.ts';
import { digestOf } from '../src/notify/message/digest.ts';
import { type IncidentReport, incidentReport } from '../src/notify/message/incident-report.ts';
import { mainFields } from '../src/notify/message/main-fields.ts';
import { renderIncidentList, renderIncidentPage } from '../src/notify/page/render-incident-page.ts';
import { renderPagerDuty } from '../src/notify/pagerduty/render-pagerduty.ts';
import { renderPagerDutyDigest } from '../src/notify/pagerduty/render-pagerduty-digest.ts';
import { renderSlack, renderSlackText } from '../src/notify/slack/render-slack.ts';
import { renderSlackDigest, renderSlackDigestText } from '../src/notify/slack/render-slack-digest.ts';
import { mailThread } from '../src/notify/smtp/mail-thread.ts';
import { renderMail } from '../src/notify/smtp/render-mail.ts';
import { renderMailDigest } from '../src/notify/smtp/render-mail-digest.ts';
import { renderTeams } from '../src/notify/teams/render-teams.ts';
import { renderTeamsDigest } from '../src/notify/teams/render-teams-digest.ts';
import type { Incident } from '../src/shared/model/incident.ts';
import type { Digest, NotifyReason } from '../src/shared/model/notification.ts';
import { parseTemplate } from '../src/shared/template.ts';
import { hostileDigest } from './support/sample-digest.ts';
import {
  anyReason,
  attacks,
  hostileIncident,
  sampleIncident,
  sampleNotification,
} from './support/sample-incident.ts';
import { jsonLines, runTocsin } from './support/tocsin-process.ts';

// What attackers write, through every field of an event, into everything that shows incidents.

const screen: Terminal = openTerminal({
  out: new Writable({ write: (_chunk, _encoding, done) => done() }) as NodeJS.WriteStream,
  err: new Writable() as NodeJS.WriteStream,
  noColor: true,
});

const render = { nowMs: Date.UTC(2026, 2, 1, 12), expiresAfterMs: 3_600_000 };
/** A receiver that shows everything an event holds in its own words. */
const template = {
  title: parseTemplate('{{ event.message }} {{ title }}'),
  summary: parseTemplate('{{ group.user.name | default "x" }} {{ summary }}'),
  body: parseTemplate('{{ evidence | join "\\n" }}\n{{ tags | join "," }} {{ rule.title }}'),
};

/** The texts that people see, by where they see them. */
function shown(
  incident: Incident,
  options = {},
  reason: NotifyReason = 'opened',
): Readonly<Record<string, readonly string[]>> {
  const notification = sampleNotification(incident, reason);
  const { subject, text, html } = renderMail(notification, options);
  const slack = [renderSlack(notification, options), renderSlackText(notification, options)];
  const alert = renderAlertmanager(notification, { ...render, ...options });
  return {
    slack: slack.flatMap(textsIn),
    slackPlain: slack.flatMap(plainTextsIn),
    subject: [subject, ...Object.values(mailThread(notification, 'tocsin@example.org').headers)],
    mail: [text, html],
    page: [pageOf(incident), renderIncidentList([incident])],
    teams: textsIn(renderTeams(notification, options)),
    pagerduty: renderPagerDuty(notification, options).flatMap(textsIn),
    alertmanager: textsIn({ ...alert.labels, ...alert.annotations }),
    terminal: [
      ...incidentPage(screen, reportOf(incident)),
      ...incidentTable(screen, [incident]),
      incidentLine(screen, incident, 'opened'),
    ],
  };
}

const reportOf = (incident: Incident): IncidentReport =>
  incidentReport(incident, { notices: [], description: incident.title });

/** Its page in the console: persons' words and who was told are texts of others, too. */
function pageOf(incident: Incident): string {
  const [word = ''] = [incident.title];
  const said = { time: incident.firstSeen, who: word, what: 'noted', note: word, of: word } as const;
  const part = { ...incident, rule: word, title: word };
  const worked = { ...incident, history: [...incident.history, said], assignee: word, mergedFrom: [part] };
  const notice = {
    at: incident.firstSeen,
    receiver: word,
    told: false,
    reason: 'silenced',
    detail: word,
  } as const;
  return renderIncidentPage(incidentReport(worked, { notices: [notice], description: word }));
}

/** The texts that people see of a digest. */
function shownOfDigest(digest: Digest): Readonly<Record<string, readonly string[]>> {
  const { subject, text, html } = renderMailDigest(digest);
  const alert = renderAlertmanagerDigest(digest, render);
  const slack = [renderSlackDigest(digest), renderSlackDigestText(digest)];
  return {
    slack: slack.flatMap(textsIn),
    slackPlain: slack.flatMap(plainTextsIn),
    subject: [subject, ...Object.values(mailThread(digest, 'tocsin@example.org').headers)],
    mail: [text, html],
    teams: textsIn(renderTeamsDigest(digest)),
    pagerduty: textsIn(renderPagerDutyDigest(digest)),
    alertmanager: textsIn({ ...alert.labels, ...alert.annotations }),
  };
}

/** Every text of a JSON value, names of members too. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [
    ...(Array.isArray(value) ? [] : [key]),
    ...textsIn(child),
  ]);
}

/** The texts of a message to Slack in which it makes links of addresses: all but those that say that it must not. */
function plainTextsIn(message: unknown): string[] {
  if (typeof message !== 'object' || message === null || ('verbatim' in message && message.verbatim))
    return [];
  return Object.entries(message).flatMap(([key, child]: [string, unknown]) =>
    key === 'text' && typeof child === 'string' ? [child] : plainTextsIn(child),
  );
}

/** An incident whose only event holds the attack in one field, by name or by value; grouped by it, and titled with it. */
function attackedBy(attack: string, field: string): Incident {
  return sampleIncident({
    title: `Login of ${attack}`,
    summary: `10 matching events within 5m for ${field} ${attack}`,
    group: { [field]: attack },
    evidence: [
      {
        time: '2026-03-01T10:03:00.000Z',
        position: { topic: 'logs.auth', partition: 0, offset: 1, index: 0 },
        event: { ...nested(field, attack), [attack.slice(0, 200)]: attack },
      },
    ],
    references: [],
    runbook: '',
  });
}

/** A digest of such an incident, grouped by the field, that another receiver could not be told because of it. */
function attackedDigest(attack: string, field: string): Digest {
  const incident = attackedBy(attack, field);
  const rule = { id: attack, title: `Login of ${attack}`, hash: 'c0ffee' };
  const parts = { id: 'd1', cause: 'grouped', group: { [field]: attack } } as const;
  const undelivered = { receiver: 'soc/slack', detail: attack };
  return { ...digestOf([sampleNotification({ ...incident, rule })], parts), undelivered };
}

const nested = (field: string, value: string): Record<string, unknown> =>
  field.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;

const steering = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b-\u200d\u2060\ufeff]/u;
const mention = /<[!@#]|<\/?at>/;

/** What no attack may bring about anywhere. */
function expectHarmless(texts: ReturnType<typeof shown>, own: readonly string[]): void {
  for (const [where, all] of Object.entries(texts)) {
    for (const text of all) {
      expect(text.replace(/[\n\t]/g, ''), where).not.toMatch(steering);
      if (where === 'terminal' || where === 'subject') expect(text, where).not.toMatch(/[\n\r]/);
      if (['slack', 'alertmanager'].includes(where)) expect(text, where).not.toMatch(mention);
      const links = text.match(/\bhttps?:\/\/[^\s"<>|)]+/gi) ?? [];
      if (!['terminal', 'subject', 'slack'].includes(where))
        expect(
          links.filter((link) => !own.some((each) => link.startsWith(each))),
          where,
        ).toEqual([]);
    }
  }
}

const digestParts = { id: 'd1', cause: 'behind', group: {} } as const;

/** Takes every event, and puts what it holds wherever a rule can put it. */
const hostileRule = {
  id: 'hostile',
  title: 'Login of {{ user.name }} from {{ source.ip }}: {{ message }}',
  severity: 'high',
  conditions: { all: [{ fact: 'message', operator: 'notEqual', value: '' }] },
  groupBy: ['user.name', 'source.ip'],
  window: { type: 'event_count', timespan: '1m', condition: { gte: 1 } },
};

const ownLinks = ['https://attack.mitre.org/', 'http://adaptivecards.io/schemas/'];

describe('what attackers write', () => {
  const fields = [...mainFields.map(({ name }) => name), 'unknown.field', '__proto__', 'constructor.name'];

  test.each(fields)('in %s is harmless wherever it is shown', (field) => {
    // A megabyte is cut long before it is shown: evidence holds 8 kB of an event.
    for (const attack of attacks.map((each) => each.slice(0, 8_192))) {
      expectHarmless(shown(attackedBy(attack, field)), ownLinks);
      expectHarmless(shown(attackedBy(attack, field), { template }), ownLinks);
      expectHarmless(shownOfDigest(attackedDigest(attack, field)), ownLinks);
    }
  });

  test('in every field of events is harmless in the incidents that tocsin makes of them', {
    timeout: 120_000,
  }, async () => {
    const event = (attack: string, second: number): string =>
      JSON.stringify({
        '@timestamp': new Date(render.nowMs + second * 1_000).toISOString(),
        user: { name: attack },
        source: { ip: attack },
        message: attack,
        list: [attack, { deep: attack }],
        [attack.slice(0, 200)]: attack,
      });
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-hostile-'));
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content);
      return name;
    };
    file('rule.json', JSON.stringify(hostileRule));
    file('events.ndjson', `${attacks.map(event).join('\n')}\n`);
    const run = ['replay', '--rules', 'rule.json', '--format', 'json', 'events.ndjson'];
    const { out, err } = await runTocsin(run, { cwd: folder });
    rmSync(folder, { recursive: true, force: true });
    const incidents = jsonLines(out) as unknown as Incident[];
    expect(
      incidents.map(({ events }) => events),
      err,
    ).toEqual(attacks.map(() => 1));
    for (const incident of incidents) {
      expectHarmless(shown(incident), ownLinks);
      expectHarmless(shown(incident, { template }), ownLinks);
      expectHarmless(shownOfDigest(digestOf([sampleNotification(incident)], digestParts)), ownLinks);
    }
  });

  test('in any text of an incident is harmless wherever it is shown', () => {
    const incidents = hostileIncident.map((incident) => ({ ...incident, references: [], runbook: '' }));
    fc.assert(
      fc.property(incidents, anyReason, fc.boolean(), (incident, reason, own) => {
        expectHarmless(shown(incident, own ? { template } : {}, reason), ownLinks);
      }),
      { numRuns: 60 },
    );
  });

  test('in any text of a digest is harmless wherever it is shown', () => {
    fc.assert(
      fc.property(hostileDigest, (digest) => {
        expectHarmless(shownOfDigest(digest), ownLinks);
      }),
      { numRuns: 60 },
    );
  });

  test('stands in the terminal as a visible escape', () => {
    const page = incidentPage(
      screen,
      reportOf(attackedBy('\u001b]0;owned\u0007\u202egpj.exe\u200b', 'user.name')),
    ).join('\n');
    expect(page).toContain('\\u001b]0;owned\\u0007\\u202egpj.exe\\u200b');
  });
});
