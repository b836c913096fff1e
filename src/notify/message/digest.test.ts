import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleIncident, sampleNotification } from '../../../test/support/sample-incident.ts';
import type { Notification, NotifyReason } from '../../shared/model/notification.ts';
import { severities } from '../../shared/model/severity.ts';
import { digestOf, mergeDigests } from './digest.ts';

const parts = { id: 'd1', cause: 'behind', group: {} } as const;

const minute = (number: number): string => new Date(Date.UTC(2026, 2, 1, 10, number)).toISOString();

const reasons: readonly NotifyReason[] = ['opened', 'resolved', 'reopened', 'escalated'];

/** Each about an incident of its own, of one of many rules. */
const notifications: fc.Arbitrary<readonly Notification[]> = fc
  .array(
    fc.record({
      severity: fc.constantFrom(...severities),
      rule: fc.integer({ min: 0, max: 30 }).map((number) => `rule-${number}`),
      reason: fc.constantFrom(...reasons),
      first: fc.nat({ max: 50 }),
      lasted: fc.nat({ max: 50 }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((all) =>
    all.map(({ severity, rule, reason, first, lasted }, number) =>
      sampleNotification(
        sampleIncident({
          id: `i${String(number).padStart(3, '0')}`,
          severity,
          rule: { id: rule, title: `Title of ${rule}`, hash: 'c0ffee' },
          firstSeen: minute(first),
          lastSeen: minute(first + lasted),
          evidence: [1, 2, 3].map((offset) => ({
            time: minute(offset),
            position: { topic: 'logs', partition: 0, offset, index: 0 },
            event: { offset },
          })),
        }),
        reason,
      ),
    ),
  );

const count = (all: readonly Notification[], is: (one: Notification) => boolean): number =>
  all.filter(is).length;

describe('a digest', () => {
  test('counts exactly what it stands for', () => {
    fc.assert(
      fc.property(notifications, (all) => {
        const digest = digestOf(all, parts);
        expect(digest).toMatchObject({ kind: 'digest', id: 'd1', cause: 'behind', group: {} });
        expect(digest.total).toBe(all.length);
        for (const one of digest.reasons)
          expect(one.count).toBe(count(all, ({ reason }) => reason === one.reason));
        for (const one of digest.severities)
          expect(one.count).toBe(count(all, ({ incident }) => incident.severity === one.severity));
        for (const one of digest.rules)
          expect(one.count).toBe(count(all, ({ incident }) => incident.rule.id === one.id));
        for (const counts of [digest.reasons, digest.severities, [...digest.rules, { count: digest.others }]])
          expect(counts.reduce((sum, one) => sum + one.count, 0)).toBe(all.length);
        expect(digest.rules.length).toBeLessThanOrEqual(10);
        expect(digest.firstSeen).toBe(all.map(({ incident }) => incident.firstSeen).sort()[0]);
        expect(digest.lastSeen).toBe(
          all
            .map(({ incident }) => incident.lastSeen)
            .sort()
            .at(-1),
        );
      }),
    );
  });

  test('names the twenty most severe, then the latest, each with one event', () => {
    fc.assert(
      fc.property(notifications, (all) => {
        const wanted = all
          .toSorted(
            (a, b) =>
              severities.indexOf(b.incident.severity) - severities.indexOf(a.incident.severity) ||
              Date.parse(b.incident.lastSeen) - Date.parse(a.incident.lastSeen) ||
              (a.incident.id < b.incident.id ? -1 : 1),
          )
          .slice(0, 20)
          .map(({ incident }) => incident.id);
        const { items } = digestOf(all, parts);
        expect(items.map(({ incident }) => incident.id)).toEqual(wanted);
        expect(items.every(({ incident }) => incident.evidence.length === 1)).toBe(true);
      }),
    );
  });

  test('is the same in whatever order the messages came', () => {
    fc.assert(
      fc.property(
        notifications.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
          ),
        ),
        ([all, shuffled]) => {
          expect(digestOf(shuffled, parts)).toEqual(digestOf(all, parts));
        },
      ),
    );
  });

  test('of digests counts and names what one of all would, but for rules beyond ten', () => {
    fc.assert(
      fc.property(notifications, fc.nat({ max: 80 }), (all, at) => {
        const [head, tail] = [all.slice(0, at), all.slice(at)];
        const halves = [head, tail]
          .filter((half) => half.length > 0)
          .map((half, number) => digestOf(half, { ...parts, id: String(number) }));
        const { rules, others, ...rest } = mergeDigests(halves, parts);
        const whole = digestOf(all, parts);
        expect(rest).toEqual({ ...rest, ...withoutRules(whole) });
        expect(others + rules.reduce((sum, one) => sum + one.count, 0)).toBe(all.length);
        if (whole.others === 0) expect(rules).toEqual(whole.rules);
      }),
    );
  });

  test('names an incident once, with the latest that there is to say', () => {
    const opened = sampleNotification(sampleIncident({ id: 'a' }));
    const resolved = sampleNotification(
      sampleIncident({ id: 'a', version: 2, status: 'resolved' }),
      'resolved',
    );
    for (const both of [
      [opened, resolved],
      [resolved, opened],
    ]) {
      const { total, items, reasons: told } = digestOf(both, parts);
      expect(total).toBe(2);
      expect(told).toEqual([
        { reason: 'opened', count: 1 },
        { reason: 'resolved', count: 1 },
      ]);
      expect(items.map(({ reason }) => reason)).toEqual(['resolved']);
    }
  });

  test('says whom it could not be told where that is true of all', () => {
    const plain = sampleNotification();
    const elsewhere = { ...plain, undelivered: { receiver: 'soc/slack', detail: 'answered 404' } };
    expect(digestOf([elsewhere, elsewhere], parts).undelivered).toEqual(elsewhere.undelivered);
    expect(digestOf([elsewhere, plain], parts).undelivered).toBeUndefined();
    expect(digestOf([plain, elsewhere, elsewhere], parts).undelivered).toBeUndefined();
  });

  test('of nothing is a bug', () => {
    expect(() => digestOf([], parts)).toThrow(/invariant/);
  });
});

function withoutRules<T extends { rules: unknown; others: unknown }>({ rules: _, others: __, ...rest }: T) {
  return rest;
}
