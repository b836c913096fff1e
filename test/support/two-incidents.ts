import type { Firing } from '../../src/shared/model/firing.ts';
import type { IncidentChange } from '../../src/shared/model/incident-change.ts';
import { isIncident } from './incident-life.ts';
import { firingAt, firingsOf, IncidentRun, windowedRule } from './incident-run.ts';

/** The rules of the two. Both have a dedup of 100 ms. */
export const scan = windowedRule;
export const spray = { ...windowedRule, id: 'password-spray', title: 'Spray', severity: 'critical' } as const;
/** No watermark yet. */
export const early = Number.NEGATIVE_INFINITY;

/** Two incidents of different rules, whose groups fire as a test says. */
export interface Two {
  readonly run: IncidentRun;
  /** Of the rule `scan`, fired once at 1,000. */
  readonly a: string;
  /** Of another rule and group, fired at 1,020 and 1,040. */
  readonly b: string;
  fire(which: 'a' | 'b', timeMs: number): readonly IncidentChange[];
  /** Nothing fires any more: everything up to there is settled. */
  pass(timeMs: number): readonly IncidentChange[];
  restart(): void;
}

export function two(): Two {
  const run = new IncidentRun([scan, spray]);
  const tails: Record<'a' | 'b', Firing[]> = { a: [], b: [] };
  const ruleOf = { a: scan, b: spray };
  const ips = { a: '203.0.113.7', b: '198.51.100.9' };
  let watermark = early;
  const fire: Two['fire'] = (which, timeMs) => {
    const firing = firingAt(timeMs);
    tails[which].push(firing);
    const tail = (): Firing[] => [...tails[which]];
    return run.fold([firingsOf(ruleOf[which], { now: [firing], ip: ips[which], tail })], watermark);
  };
  const pass: Two['pass'] = (timeMs) => {
    watermark = timeMs;
    const groups = (['a', 'b'] as const).flatMap((which) => {
      const settled = tails[which].filter((one) => one.timeMs <= timeMs);
      tails[which] = tails[which].filter((one) => one.timeMs > timeMs);
      if (settled.length === 0) return [];
      const tail = (): Firing[] => [...tails[which]];
      return [firingsOf(ruleOf[which], { change: 'settled', ip: ips[which], settled, tail })];
    });
    return run.fold(groups, timeMs);
  };
  const restart = (): void => run.restart((ruleId) => tails[ruleId === scan.id ? 'a' : 'b']);
  const a = fire('a', 1_000)[0]?.incident.id ?? '';
  const b = fire('b', 1_020)[0]?.incident.id ?? '';
  fire('b', 1_040);
  return { run, a, b, fire, pass, restart };
}

/** Merges it into that one. */
export const into = (id: string, intoVersion: number | null = null) =>
  ({ kind: 'merge', into: id, intoVersion }) as const;
/** An incident as the store has it now. */
export const now = ({ run }: Two, id: string) => isIncident(run.rows.get(id)?.incident ?? 'gone');

/** Takes it out of that one. */
export const outOf = (id: string, intoVersion: number | null = null) =>
  ({ kind: 'unmerge', into: id, intoVersion }) as const;
