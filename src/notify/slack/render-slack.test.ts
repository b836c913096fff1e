import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockKitFaults } from '../../../test/support/block-kit-faults.ts';
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
import type { Incident } from '../../shared/model/incident.ts';
import { parseTemplate } from '../../shared/template.ts';
import { renderSlack, renderSlackText } from './render-slack.ts';
import { renderSlackDigest, renderSlackDigestText } from './render-slack-digest.ts';
import type { SlackMessage, SlackText } from './slack-message.ts';

const linkOf = (id: string): string => `https://tocsin.example.org/incidents/${id}`;
const golden = (name: string): string => join(import.meta.dirname, name);
const ownWords = {
  title: parseTemplate('{{ severity }} / {{ rule.id }}'),
  summary: parseTemplate('{{ events }} events, {{ group.user.name | default "nobody" }}'),
  body: parseTemplate('Seen: {{ firstSeen }}\n{{ evidence | join "\\n" }}\n<!channel> *as written*'),
};
const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

describe('a Slack message', () => {
  test('looks as it was agreed (golden file)', () => {
    const merged = sampleIncident({ version: 3, status: 'merged', reason: 'merged', mergedInto: 'a1b2c3' });
    const acknowledged = sampleIncident({
      version: 2,
      status: 'acknowledged',
      assignee: 'anna',
      severitySetBy: 'ben',
      history: [
        { time: '2026-03-01T10:05:00.000Z', what: 'acknowledged', who: 'anna', version: 2, note: 'on it' },
      ],
    });
    const messages = {
      opened: renderSlack(sampleNotification(), { linkOf }),
      openedAndQuiet: renderSlack(sampleNotification(resolvedIncident({ version: 1 }))),
      resolved: renderSlack(sampleNotification(resolvedIncident(), 'resolved')),
      merged: renderSlack(sampleNotification(merged, 'merged')),
      withRemediation: renderSlack(
        sampleNotification(sampleIncident({ remediation: ['5f2c0a9be1d34c77-0'] })),
      ),
      elsewhere: renderSlack({
        ...sampleNotification(),
        undelivered: { receiver: 'soc/slack', detail: 'answered 404: no_service' },
      }),
      acknowledged: renderSlack(sampleNotification(acknowledged, 'acknowledged')),
      escalated: renderSlack(sampleNotification(sampleIncident({ flaps: 2 }), 'escalated')),
      heldBack: renderSlack({
        ...sampleNotification(),
        withheld: { since: '2026-03-01T09:00:00.000Z', why: 'the maintenance window "patches"', events: 12 },
      }),
      ungrouped: renderSlack(sampleNotification(sampleIncident({ group: {} }))),
      ownWords: renderSlack(sampleNotification(), { template: ownWords }),
      textOnly: renderSlackText(sampleNotification()),
      ownWordsTextOnly: renderSlackText(sampleNotification(), { template: ownWords }),
    };
    expectGolden(golden('render-slack.golden.json'), asJson(messages));
  });

  test('shows every attack for what it is (golden file)', () => {
    const messages = attacks.map((attack) => renderSlack(sampleNotification(attacked(attack))));
    expectGolden(golden('render-slack-attacks.golden.json'), asJson(messages));
  });

  test('unfurls nothing', () => {
    for (const message of [renderSlack(sampleNotification()), renderSlackText(sampleNotification())]) {
      expect(message).toMatchObject({ unfurl_links: false, unfurl_media: false });
    }
  });

  test('links only to web addresses, and the label never ends the link', () => {
    const references = ['javascript:alert(1)', 'https://example.org/a|b>c<d&e', 'not an address'];
    const message = asJson(renderSlack(sampleNotification(sampleIncident({ references }))));
    expect(message).toContain('<https://example.org/a%7Cb%3Ec%3Cd&amp;e|example.org/a/b&gt;c&lt;d&amp;e>');
    expect(message).not.toContain('javascript');
  });

  test('says how much it leaves out', () => {
    const long = 'x'.repeat(500);
    const event = { message: long, 'url.full': long, 'user.name': long, 'file.path': long };
    const evidence = Array.from({ length: 10 }, () => ({ ...sampleIncident().evidence[0]!, event }));
    const group = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`field.${index}`, index]));
    const message = asJson(renderSlack(sampleNotification(sampleIncident({ evidence, group, events: 57 }))));
    expect(message).toContain('*Evidence* (3 of 57 events)');
    expect(message).toContain('5 more values');
  });
});

describe('a digest in Slack', () => {
  test('looks as it was agreed (golden file)', () => {
    const messages = {
      storm: renderSlackDigest(stormDigest()),
      grouped: renderSlackDigest(groupedDigest(), { linkOf }),
      past: renderSlackDigest(pastDigest()),
      plain: renderSlackDigestText(stormDigest()),
    };
    expectGolden(golden('render-slack-digest.golden.json'), asJson(messages));
  });

  test('counts what it leaves out', () => {
    const { blocks = [] } = renderSlackDigest(stormDigest());
    expect(asJson(blocks)).toContain('+9,814 more');
    expect(asJson(renderSlackDigest(groupedDigest()).blocks)).not.toContain(' more"');
    expect(renderSlackDigestText(stormDigest()).text).toMatch(/\n\+9,826 more$/);
  });

  test('counts the rules that it has no room for, and those that the digest itself counts together', () => {
    const few = { ...stormDigest(), rules: [{ id: 'a', title: 'A', count: 3 }], others: 4_321 };
    expect(asJson(renderSlackDigest(few).blocks)).toContain('4,321 × `of other rules`');
    const rules = Array.from({ length: 10 }, (_, nth) => ({
      id: `r${nth}`,
      title: '&'.repeat(300),
      count: 10 - nth,
    }));
    const text = asJson(renderSlackDigest({ ...few, rules }).blocks);
    const shown = text.match(/\d+ × `/g)?.length ?? 0;
    expect(shown).toBeLessThan(11);
    expect(text).toContain(`+${11 - shown} more`);
  });
});

describe('whatever an incident or a digest holds, its Slack message', () => {
  const incidentMessage = fc
    .tuple(hostileIncident, anyReason, fc.boolean())
    .map(([incident, reason, withLink]) =>
      renderSlack(sampleNotification(incident, reason), withLink ? { linkOf } : {}),
    );
  const digestMessage = hostileDigest.map((digest) => renderSlackDigest(digest, { linkOf }));
  const anyMessage = fc.oneof(incidentMessage, digestMessage);
  const anyText = fc.oneof(
    fc
      .tuple(hostileIncident, anyReason)
      .map(([incident, reason]) => renderSlackText(sampleNotification(incident, reason))),
    hostileDigest.map((digest) => renderSlackDigestText(digest)),
  );

  test('is within every limit of Slack', () => {
    fc.assert(
      fc.property(fc.oneof(anyMessage, anyText), (message) => {
        expect(blockKitFaults(message)).toEqual([]);
      }),
    );
  });

  test('mentions nobody and links only where tocsin links', () => {
    const ownLink = /<https?:\/\/[^\s|<>]+\|[^|<>]+>/g;
    fc.assert(
      fc.property(fc.oneof(anyMessage, anyText), (message) => {
        for (const { text, type } of textsOf(message)) {
          const rest = type === 'mrkdwn' ? text.replace(ownLink, '') : text;
          expect(rest.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[<>&]/);
        }
      }),
    );
  });

  test('holds no control, direction or zero-width character and no half of one', () => {
    fc.assert(
      fc.property(fc.oneof(anyMessage, anyText), (message) => {
        for (const { text } of textsOf(message)) {
          expect(text.isWellFormed()).toBe(true);
          expect(text.replace(/[\n\t]/g, '')).not.toMatch(
            /[\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u,
          );
        }
      }),
    );
  });

  test('closes every code span and block that it opens', () => {
    fc.assert(
      fc.property(fc.oneof(anyMessage, anyText), (message) => {
        for (const { text, type } of textsOf(message)) {
          if (type === 'plain_text') continue;
          expect(text.split('```').length % 2).toBe(1);
          expect(text.replaceAll('```', '').split('`').length % 2).toBe(1);
        }
      }),
    );
  });

  test('names the incident or digest where only its text is shown', () => {
    fc.assert(
      fc.property(anyMessage, ({ text }) => {
        expect(text).toMatch(/\(incident 5f2c0a9be1d34c77\)$|\(digest d1\)$/);
      }),
    );
  });

  test('makes no link of a value by itself', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        for (const text of textsOf(message).slice(1)) {
          expect(text.type === 'plain_text' ? text.emoji : text.verbatim).toBe(text.type !== 'plain_text');
        }
      }),
    );
  });
});

/** An incident of which an attacker wrote every value. */
function attacked(attack: string): Incident {
  return sampleIncident({
    title: attack,
    summary: attack,
    group: { 'user.name': attack },
    evidence: [{ time: '2026-03-01T10:03:00.000Z', position: null, event: { message: attack } }],
    tags: [],
    runbook: '',
    references: [],
  });
}

/** The fallback first, then every text object of the blocks. */
function textsOf(message: SlackMessage): SlackText[] {
  const inBlocks = (message.blocks ?? []).flatMap((block) => {
    if ('fields' in block) return block.fields;
    return 'elements' in block ? block.elements : [block.text];
  });
  return [{ type: 'mrkdwn', text: message.text }, ...inBlocks];
}
