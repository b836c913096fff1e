import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Delivery, firingsOfGroup, lastStep, step } from '../../test/support/incident-deliveries.ts';
import { IncidentRun, windowedRule } from '../../test/support/incident-run.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { IncidentAction } from '../shared/model/incident-action.ts';

// Whatever persons merge, and whenever: each firing counts once in the incident of its own group, and once in whatever
// that is part of.

const act = fc.record({
  nth: fc.nat(20),
  other: fc.nat(20),
  kind: fc.constantFrom('merge', 'merge', 'merge', 'unmerge', 'resolve', 'reopen', 'acknowledge'),
});

const actionOf = (
  kind: 'merge' | 'unmerge' | 'resolve' | 'reopen' | 'acknowledge',
  { into, incident }: { readonly into: string; readonly incident: Incident | undefined },
): IncidentAction => {
  if (kind === 'merge') return { kind, into, intoVersion: null };
  return kind === 'unmerge' ? { kind, into: incident?.mergedInto ?? '', intoVersion: null } : { kind };
};

/** An incident's own events and firings: what it shows, without what others bring. */
const ownOf = (incident: Incident): { group: string; events: number; firings: number } => ({
  group: JSON.stringify(incident.group),
  events: incident.events - sum(incident, 'events'),
  firings: incident.firings - sum(incident, 'firings'),
});

const sum = ({ mergedFrom = [] }: Incident, which: 'events' | 'firings'): number =>
  mergedFrom.reduce((all, part) => all + part[which], 0);

const texts = (list: readonly unknown[]): string[] => list.map((one) => JSON.stringify(one)).sort();

function holdsItsParts(run: IncidentRun): void {
  for (const { incident } of run.rows.values()) {
    for (const part of incident.mergedFrom ?? []) {
      const joined = run.rows.get(part.id)?.incident;
      // What is part of it says so, and both say the same of it.
      if (incident.reason === 'merged' || incident.reason === 'revised') continue;
      expect(joined).toMatchObject({ status: 'merged', reason: 'person', mergedInto: incident.id });
      expect({ ...part }).toMatchObject({
        events: joined?.events,
        firings: joined?.firings,
        lastSeen: joined?.lastSeen,
      });
    }
    if (incident.status !== 'merged' || incident.reason !== 'person') continue;
    const head = run.rows.get(incident.mergedInto ?? '')?.incident;
    expect(head?.mergedFrom?.map(({ id }) => id)).toContain(incident.id);
  }
}

describe('incidents that persons merge', () => {
  test('hold the firings of their own groups, once each, after every batch, restart and late event', {}, () => {
    fc.assert(
      fc.property(
        fc.record({
          a: firingsOfGroup,
          b: firingsOfGroup,
          c: firingsOfGroup,
          steps: fc.array(fc.record({ step, acts: fc.array(act, { maxLength: 5 }) }), { maxLength: 12 }),
          dedupMs: fc.constantFrom(0, 40, 100, 250),
        }),
        ({ a, b, c, steps, dedupMs }) => {
          const rule = { ...windowedRule, dedupMs };
          const delivery = new Delivery(rule, { '203.0.113.7': a, '198.51.100.9': b, '192.0.2.1': c });
          const run = new IncidentRun([rule]);
          for (const { step: one, acts } of [...steps, { step: lastStep, acts: [] }]) {
            run.fold(delivery.next(one), delivery.watermark);
            holdsItsParts(run);
            for (const { nth, other, kind } of acts) {
              const ids = [...run.rows.keys()];
              const [id, into] = [ids[nth % Math.max(1, ids.length)], ids[other % Math.max(1, ids.length)]];
              if (id === undefined || into === undefined) continue;
              run.act(id, actionOf(kind, { into, incident: run.rows.get(id)?.incident }));
              holdsItsParts(run);
            }
            if (one.restart) {
              // One that waited for what was taken out of it is quiet now.
              run.fold([], delivery.watermark);
              run.restart((_, key) => delivery.tailOf(key));
              expect(run.fold([], delivery.watermark), 'a restart changes nothing').toEqual([]);
            }
          }
          const own = run
            .incidents('standing')
            .map(ownOf)
            .filter(({ firings }) => firings > 0);
          const expected = delivery.expected().map(({ group, events, firings }) => ({
            group: JSON.stringify({ 'source.ip': JSON.parse(group)[0] }),
            events,
            firings,
          }));
          expect(texts(own)).toEqual(texts(expected));
          expect(
            [...run.rows.values()].every(({ fold }) => fold === null),
            'all of it is final',
          ).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
