import { describe, expect, test } from 'vitest';
import { groupedDigest, pastDigest, stormDigest, stormNews } from '../../../test/support/sample-digest.ts';
import { sampleIncident, sampleNotification } from '../../../test/support/sample-incident.ts';
import { digestOf } from './digest.ts';
import { digestContent, digestHeadline } from './digest-content.ts';

const parts = { id: 'd', cause: 'behind', group: {} } as const;

describe('a digest says', () => {
  test('how many, of what, since when', () => {
    expect(digestHeadline(stormDigest())).toBe(
      '9,637 more new incidents and 197 other changes since 14:02 UTC',
    );
    expect(digestHeadline(groupedDigest())).toBe('3 new incidents: rule ssh-brute-force');
    expect(digestHeadline(groupedDigest({ group: {} }))).toBe('3 new incidents');
    expect(digestHeadline(pastDigest())).toBe(
      '39 new incidents and 1 other change of the past, 2026-03-01 14:02:00 to 14:02:39 UTC',
    );
    const one = digestOf([sampleNotification()], parts);
    expect(digestHeadline(one)).toBe('1 more new incident since 10:00 UTC');
    const resolved = digestOf([sampleNotification(sampleIncident(), 'resolved')], parts);
    expect(digestHeadline({ ...resolved, total: 12, reasons: [{ reason: 'resolved', count: 12 }] })).toBe(
      '12 more resolved incidents since 10:00 UTC',
    );
    const reasons = [
      { reason: 'resolved', count: 7 },
      { reason: 'merged', count: 5 },
    ] as const;
    expect(digestHeadline({ ...resolved, cause: 'grouped', total: 12, reasons })).toBe(
      '12 changes of incidents',
    );
  });

  test('how severe, by what rules, and the most severe of them', () => {
    const { mark, kicker, facts, rules, lines } = digestContent(stormDigest());
    expect([mark, kicker]).toEqual(['🔴', '99 critical, 1,869 high, 7,866 lower']);
    expect(facts).toEqual([
      { label: 'Seen', value: '2026-03-01 14:02:00 to 14:02:59 UTC' },
      { label: 'Severity', value: '99 critical, 1,869 high, 7,866 low' },
      { label: 'What', value: '9,637 new, 197 resolved' },
    ]);
    expect(rules[1]).toEqual({ label: '1,869', value: 'SSH brute force from … (ssh-brute-force)' });
    expect(lines[0]).toMatchObject({
      kicker: 'Critical',
      title: 'Root shell by sudo on db-2',
      who: 'host.hostname db-2',
      often: '23 events since 14:02 UTC',
      url: null,
    });
  });

  test('how many are of other rules', () => {
    const many = Array.from({ length: 30 }, (_, number) =>
      sampleNotification(
        sampleIncident({ id: `i${number}`, rule: { id: `r${number % 12}`, title: 'T', hash: '' } }),
      ),
    );
    expect(digestContent(digestOf(many, parts)).rules.at(-1)).toEqual({
      label: '4',
      value: 'of other rules',
    });
  });

  test('that all is over where it is', () => {
    const over = digestOf([{ ...stormNews(1), reason: 'resolved' }], parts);
    expect(digestContent(over).mark).toBe('✅');
  });

  test('why it comes, and whom it could not be told', () => {
    expect(digestContent(groupedDigest()).summary).toBe(
      'A route tells of them together. All of them are named below.',
    );
    const undelivered = { receiver: 'soc/slack', detail: 'answered 404' };
    expect(digestContent(stormDigest({ undelivered })).summary).toBe(
      'They came faster than one message each could be read, so this one stands for all of them. ' +
        'The 20 most severe are named below; the counts are of all. ' +
        'Sent here because soc/slack could not be told (answered 404).',
    );
    expect(digestContent(pastDigest()).summary).toMatch(/^They happened a while ago/);
  });

  test('where each can be looked at, where there is a console', () => {
    const [first] = digestContent(groupedDigest(), {
      linkOf: (id) => `https://tocsin.example.org/${id}`,
    }).lines;
    expect(first?.url).toBe(`https://tocsin.example.org/${first?.id}`);
  });
});
