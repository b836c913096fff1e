import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
import { parseTemplate } from '../../shared/template.ts';
import { renderMail } from './render-mail.ts';
import { renderMailDigest } from './render-mail-digest.ts';

const linkOf = (id: string): string => `https://tocsin.example.org/incidents/${id}`;
const golden = (name: string): string => join(import.meta.dirname, name);

/** The tags that the template itself is made of. */
const ownTags =
  /<\/?(?:!DOCTYPE html|html|head|meta|title|style|body|div|table|tr|td|span|h1|h2|p|pre|br|a|b)(?: [^<>]*)?>/g;

describe('a mail', () => {
  test('looks as it was agreed (golden files)', () => {
    const { subject, text, html } = renderMail(sampleNotification(), { linkOf });
    expectGolden(golden('render-mail.golden.txt'), `${subject}\n\n${text}`);
    expectGolden(golden('render-mail.golden.html'), html);
  });

  test('looks as its receiver wrote it (golden files)', () => {
    const { subject, text, html } = renderMail(sampleNotification(), {
      template: {
        title: parseTemplate('{{ severity }}: {{ title }}'),
        summary: parseTemplate('{{ summary }} ({{ tags | join ", " }})'),
        body: parseTemplate('Who: {{ group.source.ip }}\nWhat to do:\n{{ next | join "\\n" }}'),
      },
    });
    expectGolden(golden('render-mail-own.golden.txt'), `${subject}\n\n${text}`);
    expectGolden(golden('render-mail-own.golden.html'), html);
  });

  test('says in its subject what became of the incident', () => {
    expect(renderMail(sampleNotification()).subject).toBe('[High] SSH brute force from 203.0.113.7');
    const resolved = sampleNotification(resolvedIncident(), 'resolved');
    expect(renderMail(resolved).subject).toBe('[Resolved, high] SSH brute force from 203.0.113.7');
  });

  test('shows attacks as text (golden file)', () => {
    const mails = attacks.map((attack) => {
      const evidence = [{ time: '2026-03-01T10:03:00.000Z', position: null, event: { message: attack } }];
      const { subject, text } = renderMail(
        sampleNotification(
          sampleIncident({ title: attack, summary: attack, group: { 'user.name': attack }, evidence }),
        ),
      );
      return { subject, text };
    });
    expectGolden(golden('render-mail-attacks.golden.json'), `${JSON.stringify(mails, null, 2)}\n`);
  });

  test('loads nothing from anywhere and runs nothing', () => {
    const { html } = renderMail(sampleNotification(), { linkOf });
    expect(html).not.toMatch(/<(?:img|script|link|iframe|form|svg|object)\b|url\(|@import|src=/i);
  });
});

describe('the mail of a digest', () => {
  test('looks as it was agreed (golden files)', () => {
    const all = { storm: stormDigest(), grouped: groupedDigest(), past: pastDigest() };
    for (const [name, digest] of Object.entries(all)) {
      const { subject, text, html } = renderMailDigest(digest, name === 'grouped' ? { linkOf } : {});
      expectGolden(golden(`render-mail-digest-${name}.golden.txt`), `${subject}\n\n${text}`);
      expectGolden(golden(`render-mail-digest-${name}.golden.html`), html);
    }
  });

  test('says how bad it is before all else, and counts what it leaves out', () => {
    const { subject, text, html } = renderMailDigest(stormDigest());
    expect(subject).toMatch(/^\[99 critical, 1,869 high, 7,866 lower\] 9,637 more new incidents/);
    for (const part of [text, html]) expect(part).toContain('+9,814 more');
  });

  test('counts the fields of a group that it does not show', () => {
    const group = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`field.${at}`, 'x']));
    expect(renderMailDigest(groupedDigest({ group })).text).toContain('More: 13 more values');
  });
});

describe('whatever an incident or a digest holds, its mail', () => {
  const anyMail = fc.oneof(
    fc
      .tuple(hostileIncident, anyReason)
      .map(([incident, reason]) => renderMail(sampleNotification(incident, reason), { linkOf })),
    hostileDigest.map((digest) => renderMailDigest(digest, { linkOf })),
  );

  test('has a subject of one short line', () => {
    fc.assert(
      fc.property(anyMail, ({ subject }) => {
        expect(subject.length).toBeLessThanOrEqual(180);
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u);
      }),
    );
  });

  test('holds no tag but its own', () => {
    fc.assert(
      fc.property(anyMail, ({ html }) => {
        const rest = html.replace(/<style>[^<]*<\/style>/, '').replace(ownTags, '');
        expect(rest).not.toMatch(/[<>]/);
        expect(html.match(/<(?:pre|h1)\b/g)?.length).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('holds no address that a mail reader would make a link of, but its own', () => {
    const values = hostileIncident.map((incident) => ({
      ...incident,
      references: [],
      runbook: '',
      tags: [],
    }));
    const mails = fc.oneof(
      values.map((incident) => renderMail(sampleNotification(incident))),
      hostileDigest.map((digest) => renderMailDigest(digest)),
    );
    fc.assert(
      fc.property(mails, ({ html, text }) => {
        expect(`${html.replace(/<[^>]*>/g, ' ')} ${text}`).not.toMatch(/:\/\/|\bwww\.\S|mailto:\S/i);
      }),
    );
  });

  test('links only to web addresses', () => {
    fc.assert(
      fc.property(anyMail, ({ html }) => {
        for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https?:\/\//i);
      }),
    );
  });

  test('is bounded, well formed, and hides nothing', () => {
    fc.assert(
      fc.property(anyMail, ({ html, text }) => {
        for (const part of [html, text]) {
          expect(part.length).toBeLessThan(150_000);
          expect(part.isWellFormed()).toBe(true);
          expect(part.replace(/[\n\t]/g, '')).not.toMatch(
            /[\p{Cc}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/u,
          );
        }
      }),
    );
  });
});
