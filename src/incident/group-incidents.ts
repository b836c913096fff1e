import type { Firing, FiringEvidence, GroupFirings } from '../shared/model/firing.ts';
import type { Group } from '../shared/model/group.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { Announced } from './announced.ts';
import { cutEvent } from './cut-event.ts';
import { addFiring, type Episode, firingName, joined, type KeptEvidence } from './episode.ts';

/**
 * What is held of one (rule, group) while an incident of it may still change: episodes that are not final, and the
 * incidents told of. Its size does not depend on the number of firings. Changed in place, by `incident/` alone.
 */
export interface GroupIncidents {
  readonly ruleId: string;
  readonly group: Group;
  /** The fold of the firings that no late event can change. */
  settled: Episode[];
  /** The fold of all firings, speculative ones too; null for a rule without window, where every firing is final. */
  speculative: Episode[] | null;
  announced: readonly Announced[];
  /** The deadline under which it stands in the queue; null: in none. */
  queuedMs: number | null;
}

/** One that holds nothing yet. */
export const emptyGroup = (change: Pick<GroupFirings, 'ruleId' | 'group' | 'change'>): GroupIncidents => ({
  ruleId: change.ruleId,
  group: change.group,
  settled: [],
  speculative: change.change === 'unwindowed' ? null : [],
  announced: [],
  queuedMs: null,
});

/** A group key is JSON and holds no line feed: the last one parts the two. */
export const groupName = (ruleId: string, groupKey: string): string => `${ruleId}\n${groupKey}`;

/** The episodes as they are now. */
export const episodesOf = (state: GroupIncidents): readonly Episode[] => state.speculative ?? state.settled;

/** Firings of one moment belong together whatever the rule says: they would open incidents of one id. */
export const dedupOf = (rule: Rule): number => Math.max(1, rule.dedupMs);

/**
 * To be called when the meaning of the group's rule has changed: the windows start anew and withdraw nothing of what
 * fired before, so all of it counts as settled.
 */
export function settleAll(state: GroupIncidents, isWindowed: boolean): void {
  state.settled = [...episodesOf(state)];
  state.speculative = isWindowed ? [...state.settled] : null;
}

/** Of a late firing: `lateBeforeMs` is the watermark before this batch, `watermarkMs` the one after it. */
export interface FoldTimes {
  readonly dedupMs: number;
  readonly watermarkMs: number;
  readonly lateBeforeMs: number;
}

/** Folds what one batch did to the firings of the group. New firings in order cost constant time each. */
export function applyFirings(state: GroupIncidents, change: GroupFirings, times: FoldTimes): void {
  if (change.change === 'unwindowed') applyUnwindowed(state, change.fired, times);
  else if (canExtend(state, change)) extend(state, change, times.dedupMs);
  else refold(state, change, times.dedupMs);
}

/** Whether the new firings only continue what is held. A group seen for the first time may have a tail already. */
function canExtend(state: GroupIncidents, change: GroupFirings): boolean {
  if (change.change === 'refolded' || state.speculative === null) return false;
  const last = state.speculative.at(-1);
  if (last === undefined) return false;
  const [first] = change.fired;
  return first === undefined || first.firing.timeMs >= last.lastMs;
}

function extend(state: GroupIncidents, change: GroupFirings, dedupMs: number): void {
  const { settled, speculative } = state;
  if (speculative === null) return;
  for (const { firing, event } of change.fired) {
    addFiring(speculative, { firing, dedupMs, evidence: () => keptEvidence(firing, event) });
  }
  if (change.settled.length === 0) return;
  const evidence = evidenceFrom(speculative, []);
  for (const firing of change.settled) addFiring(settled, { firing, dedupMs, evidence });
}

/** Folds again from what is settled. Evidence of firings that stand already is found where it was kept. */
function refold(state: GroupIncidents, change: GroupFirings, dedupMs: number): void {
  const evidence = evidenceFrom(state.speculative ?? state.settled, change.fired);
  for (const firing of change.settled) addFiring(state.settled, { firing, dedupMs, evidence });
  state.speculative = refolded(state.settled, { firings: change.tail(), dedupMs, evidence });
  state.settled = joinedWithin(state.settled, state.speculative);
}

/** What fired before its rule changed is settled, and a firing by the new rule may come between: then it is part of one episode. */
function joinedWithin(settled: readonly Episode[], episodes: readonly Episode[]): Episode[] {
  const parts: Episode[] = [];
  let at = 0;
  for (const part of settled) {
    const before = parts.at(-1);
    if (before !== undefined && part.firstMs <= (episodes[at]?.lastMs ?? part.lastMs)) {
      parts[parts.length - 1] = joined(before, part);
      continue;
    }
    while (at < episodes.length - 1 && (episodes[at]?.lastMs ?? part.lastMs) < part.lastMs) at += 1;
    parts.push(part);
  }
  return parts;
}

export interface Refold {
  readonly firings: readonly Firing[];
  readonly dedupMs: number;
  evidence(firing: Firing): KeptEvidence;
}

/** The settled episodes and the tail's firings after them. */
export function refolded(settled: readonly Episode[], refold: Refold): Episode[] {
  const { firings, dedupMs, evidence } = refold;
  const episodes = [...settled];
  for (const firing of firings) addFiring(episodes, { firing, dedupMs, evidence });
  return episodes;
}

/**
 * A rule without window fires on late events too. One that comes so late that its episode would be final at once
 * keeps it open for the dedup from now on (by the watermark), so that a shipper that delivers old logs for an hour
 * opens one incident, not one for each batch.
 */
function applyUnwindowed(state: GroupIncidents, fired: readonly FiringEvidence[], times: FoldTimes): void {
  const { dedupMs, watermarkMs, lateBeforeMs } = times;
  if (state.speculative !== null) state.settled = state.speculative;
  state.speculative = null;
  for (const { firing, event } of fired) {
    const add = { firing, dedupMs, evidence: () => keptEvidence(firing, event) };
    const episode = addFiring(state.settled, add);
    const wouldBeFinal = episode.lastMs + dedupMs <= watermarkMs;
    if (firing.timeMs >= lateBeforeMs || !wouldBeFinal) continue;
    state.settled[state.settled.indexOf(episode)] = { ...episode, heldUntilMs: watermarkMs + dedupMs };
  }
}

const keptEvidence = (firing: Firing, event: FiringEvidence['event']): KeptEvidence => ({
  timeMs: firing.timeMs,
  position: firing.position,
  event: event === null ? null : cutEvent(event.fields),
});

/** Finds a firing's evidence among what was kept of the episodes, else among the events of this batch. */
export function evidenceFrom(
  episodes: readonly Episode[],
  fired: readonly FiringEvidence[],
): (firing: Firing) => KeptEvidence {
  const kept = new Map<string, KeptEvidence>();
  const events = new Map(fired.map(({ firing, event }) => [firingName(firing), event]));
  for (const { evidence } of episodes) for (const one of evidence) kept.set(firingName(one), one);
  return (firing) => {
    const name = firingName(firing);
    return kept.get(name) ?? keptEvidence(firing, events.get(name) ?? null);
  };
}
