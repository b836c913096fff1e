import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attacks, hostileIncident, sampleIncident } from '../../../test/support/sample-incident.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Notice } from '../../shared/model/notice.ts';
import { incidentReport } from '../message/incident-report.ts';
import { pageStyle } from './page-parts.ts';
import { renderIncidentList, renderIncidentPage } from './render-incident-page.ts';

const told: Notice = {
  at: '2026-03-01T10:03:00.412Z',
  receiver: 'soc',
  told: false,
  reason: 'silenced',
  detail: 'silence 4f: a pentest',
};

const pageOf = (incident: Incident, description = '', notices: readonly Notice[] = [told]): string =>
  renderIncidentPage(incidentReport(incident, { notices, description, linkOf: (id) => `https://t/${id}` }));

/** The tags of a page, with their attributes; its style sheet left out. */
const tagsOf = (html: string): string[] =>
  [...html.replace(pageStyle, '').matchAll(/<[^>]*>/g)].map(([tag]) => tag);

/** All that a page may be made of. No script, no style at an element, nothing that is fetched. */
const ours =
  /^<(?:!DOCTYPE html|\/?(?:html|head|body|main|h1|h2|p|table|tr|th|pre|title|style|span|div|a|td)|html lang="en"|meta (?:charset="utf-8"|name="[\w-]+" content="[\w=, -]+")|br|p class="dim"|div class="wide"|span class="badge (?:\w+)"|td class="(?:value|short)"|a href="[^"<>]*"(?: rel="noreferrer")?)>$/;

function expectSafe(html: string): void {
  for (const tag of tagsOf(html)) expect(tag).toMatch(ours);
  for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g))
    expect(href).toMatch(/^(?:https?:\/\/|[\w%.-]+|\.\.\/incidents|incidents\/[\w%.-]*)/);
}

describe('the page of an incident', () => {
  test('says what happened, how often, what is known of it, who did what, and who was told', () => {
    const html = pageOf(
      sampleIncident({
        mergedFrom: [
          {
            id: 'a1b2c3',
            rule: 'password-spray',
            title: 'Spray from 203.0.113.7',
            firstSeen: '2026-03-01T10:00:00.000Z',
            lastSeen: '2026-03-01T10:02:00.000Z',
            events: 3,
            firings: 1,
          },
        ],
        history: [
          { time: '2026-03-01T10:03:00.000Z', what: 'opened', who: 'tocsin', version: 1 },
          {
            time: '2026-03-01T10:04:00.000Z',
            what: 'assigned',
            who: 'alice',
            version: 2,
            from: null,
            to: 'bob',
            note: 'yours',
          },
          { time: '2026-03-01T10:05:00.000Z', what: 'absorbed', who: 'bob', version: 3, from: 'a1b2c3' },
        ],
      }),
      'Many failed logins.\n\nBy <nobody>.',
    );
    const texts = html
      .replace(pageStyle, '')
      .replaceAll(/<[^>]*>/g, '|')
      .replaceAll(/[|\s]+/g, ' ');
    for (const said of [
      'SSH brute force from 203.0.113.7',
      '10 matching events within 5m for source.ip 203.0.113.7; the rule fires at 10 or more',
      'Many failed logins. By &lt;nobody&gt;.',
      'source.ip 203.0.113.7',
      'Events 10 Merged into it 1 incident Runbook Check for a success',
      'a1b2c3 Spray from 203.0.113.7 3 events',
      '2026-03-01 10:03:00 UTC · logs.auth/2@4711',
      '&quot;outcome&quot;: &quot;failure&quot;',
      'v2 alice assigned nobody → bob yours',
      'v3 bob absorbed a1b2c3',
      'soc not told: silenced silence 4f: a pentest',
      'tocsin incidents ack 5f2c0a9be1d34c77',
      'ATT&amp;CK T1110',
    ])
      expect(texts).toContain(said);
    expect(html).toContain('<a href="a1b2c3" rel="noreferrer">');
    expect(html).toContain('<a href="5f2c0a9be1d34c77.json">');
    expectSafe(html);
  });

  test('is as safe whatever the logs hold, and bounded', () => {
    fc.assert(
      fc.property(hostileIncident, (incident) => {
        const html = pageOf(incident, incident.runbook, [{ ...told, detail: incident.title }]);
        expectSafe(html);
        expectSafe(renderIncidentList([incident, incident]));
        expect(html.length).toBeLessThan(4_000_000);
      }),
      { numRuns: 60 },
    );
  });

  test.each(attacks.map((attack) => attack.slice(0, 3_000)))('shows %j as text', (attack) => {
    const html = pageOf(
      sampleIncident({
        title: attack,
        group: { [attack]: attack },
        tags: [attack],
        references: [attack],
        runbook: attack,
        assignee: attack,
      }),
      attack,
    );
    expectSafe(html);
  });
});

describe('the list of incidents', () => {
  test('links to each, and says so where there are none', () => {
    expect(renderIncidentList([sampleIncident()])).toContain(
      '<a href="incidents/5f2c0a9be1d34c77" rel="noreferrer">SSH brute force from 203.0.113.7</a>',
    );
    expect(renderIncidentList([])).toContain('There are none.');
  });
});
