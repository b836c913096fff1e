import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notifierContract } from '../../../test/contracts/notifier.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { expectGolden } from '../../../test/support/golden.ts';
import {
  groupedDigest,
  hostileDigest,
  pastDigest,
  stormDigest,
} from '../../../test/support/sample-digest.ts';
import {
  anyReason,
  attacks,
  hostileIncident,
  resolvedIncident,
  sampleIncident,
  sampleNotification,
} from '../../../test/support/sample-incident.ts';
import { TeamsStandIn, teamsFaults } from '../../../test/support/teams-stand-in.ts';
import { Secret } from '../../shared/secret.ts';
import { renderTeams } from './render-teams.ts';
import { renderTeamsDigest } from './render-teams-digest.ts';
import { TeamsNotifier } from './teams-notifier.ts';

notifierContract('Microsoft Teams', async (timeoutMs) => {
  const server = await new TeamsStandIn().start();
  return {
    notifier: new TeamsNotifier({
      name: 'soc/teams',
      webhookUrl: new Secret(server.webhookUrl),
      clock: new ManualClock(),
      timeoutMs,
    }),
    received: () =>
      server.cards.map((card) => {
        // A card has no id: people know a repeat by the incident and its version.
        const repeatId = /Incident (\w+), version \d+|Digest \w+/.exec(JSON.stringify(card))?.[0] ?? '';
        return { incidentId: repeatId.split(/[ ,]/)[1] ?? '', repeatId };
      }),
    overload: () => server.answer({ status: 429, headers: { 'retry-after': '10' } }),
    refuse: () => server.answer({ status: 404, body: `no workflow at ${server.webhookUrl}` }),
    fallSilent: () => server.answerAlways('hang'),
    goDown: () => server.stop(),
    comeBack: async () => {
      await server.start();
    },
    secrets: [server.webhookUrl, 's1gn4tur3-0f-th3-w0rkfl0w'],
    close: () => server.stop(),
  };
});

describe('a digest for Teams', () => {
  test('looks as it was agreed (golden file)', () => {
    const messages = {
      storm: renderTeamsDigest(stormDigest()),
      grouped: renderTeamsDigest(groupedDigest()),
      past: renderTeamsDigest(pastDigest()),
    };
    expectGolden(
      join(import.meta.dirname, 'render-teams-digest.golden.json'),
      `${JSON.stringify(messages, null, 2)}\n`,
    );
    expect(JSON.stringify(messages.storm)).toContain('+9,814 more');
  });

  test('in any script is below what Teams takes, and counts what it leaves out', () => {
    const long = '漢'.repeat(5_000);
    const { items } = stormDigest();
    const wide = items.map((item) => ({
      ...item,
      incident: { ...item.incident, title: long, group: { a: long } },
    }));
    const rules = stormDigest().rules.map((rule) => ({ ...rule, title: long }));
    const message = renderTeamsDigest(stormDigest({ items: wide, rules, group: { a: long, b: long } }));
    expect(teamsFaults(message)).toEqual([]);
    expect(JSON.stringify(message)).toMatch(/\+9,8\d\d more"/);
  });

  test('can be shown whatever it holds, and hides nothing', () => {
    fc.assert(
      fc.property(hostileDigest, (digest) => {
        const message = renderTeamsDigest(digest);
        expect(teamsFaults(message)).toEqual([]);
        const text = JSON.stringify(message);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(28_000);
        expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u);
        expect(JSON.stringify(message.attachments[0].content.body)).not.toContain('://');
      }),
    );
  });
});

describe('a message for Teams', () => {
  test('looks as it was agreed (golden file)', () => {
    const messages = {
      opened: renderTeams(sampleNotification()),
      resolved: renderTeams(sampleNotification(resolvedIncident(), 'resolved')),
    };
    expectGolden(
      join(import.meta.dirname, 'render-teams.golden.json'),
      `${JSON.stringify(messages, null, 2)}\n`,
    );
  });

  test.each(attacks.map((attack) => [attack.slice(0, 40), attack]))('shows %j as text', (_, attack) => {
    const evidence = [{ time: '2026-03-01T10:03:00.000Z', position: null, event: { message: attack } }];
    const incident = sampleIncident({
      title: attack,
      summary: attack,
      group: { [attack.slice(0, 100)]: attack },
      evidence,
      references: [],
      tags: [],
    });
    const message = renderTeams(sampleNotification(incident));
    expect(teamsFaults(message)).toEqual([]);
    expect(JSON.stringify(message.attachments[0].content.body)).not.toContain('://');
  });

  test('in any script is below what Teams takes, and says how much it leaves out', () => {
    const long = '漢'.repeat(5_000);
    const evidence = Array.from({ length: 10 }, () => ({
      time: '2026-03-01T10:03:00.000Z',
      position: null,
      event: { message: long, 'user.name': long, 'file.path': long },
    }));
    const group = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, long]));
    const incident = sampleIncident({ title: long, summary: long, runbook: long, evidence, group });
    const text = JSON.stringify(renderTeams(sampleNotification(incident)));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(28_000);
    expect(text).toMatch(/… \(\+\d+ more\)/);
    expect(text).toContain('5f2c0a9be1d34c77');
  });

  test('can be shown whatever an incident holds, links only to the web, and hides nothing', () => {
    fc.assert(
      fc.property(hostileIncident, anyReason, (incident, reason) => {
        const message = renderTeams(sampleNotification(incident, reason));
        expect(teamsFaults(message)).toEqual([]);
        const text = JSON.stringify(message);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(28_000);
        expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u);
        for (const { url } of message.attachments[0].content.actions ?? []) expect(url).toMatch(/^https?:/i);
      }),
    );
  });
});
