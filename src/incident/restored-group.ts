import { invariant } from '../shared/invariant.ts';
import type { Firing } from '../shared/model/firing.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import { type Announced, restoredIncident } from './announced.ts';
import { type Episode, isSameEpisode } from './episode.ts';
import { dedupOf, evidenceFrom, type GroupIncidents, type Refold, refolded } from './group-incidents.ts';

export interface GroupToRestore {
  /** The group's incidents that are not final. */
  readonly rows: readonly StoredIncident[];
  /** Undefined where the rule was removed in the meantime: its incidents stay as they are until they resolve. */
  readonly rule: Rule | undefined;
  tailOf(ruleId: string, groupKey: string): readonly Firing[];
}

/** A group's incidents as they were when they were stored: the settled fold from the rows, the rest from the tail. */
export function restoredGroup({ rows, rule, tailOf }: GroupToRestore): GroupIncidents {
  const [first] = rows;
  invariant(first !== undefined, 'a group is restored from its incidents');
  const { ruleId, groupKey } = first;
  const announced = rows.map(restoredIncident);
  const episodes = inOrder(announced.map(({ episode }) => episode));
  const settled = inOrder(announced.map((one) => one.settled));
  const group = { key: groupKey, values: first.incident.group };
  const state = { ruleId, group, announced, queuedMs: null };
  if (rule === undefined) return { ...state, settled, speculative: episodes };
  if (rule.window === undefined) return { ...state, settled: episodes, speculative: null };
  const refold = {
    firings: tailOf(ruleId, groupKey),
    dedupMs: dedupOf(rule),
    evidence: evidenceFrom(episodes, []),
  };
  const speculative = refolded(settled, refold);
  if (isSameAs(speculative, episodes)) return { ...state, settled, speculative };
  return { ...state, ...adopted(episodes, refold) };
}

/**
 * The windows no longer know firings that were told of: their rule has changed, or a bound made them forget the group.
 * Nothing can withdraw those any more, so they count as settled; firings of the tail come after them.
 */
function adopted(
  episodes: readonly Episode[],
  refold: Refold,
): Pick<GroupIncidents, 'settled' | 'speculative'> {
  const lastMs = episodes.at(-1)?.lastMs ?? Number.NEGATIVE_INFINITY;
  const firings = refold.firings.filter(({ timeMs }) => timeMs > lastMs);
  return { settled: [...episodes], speculative: refolded(episodes, { ...refold, firings }) };
}

const isSameAs = (some: readonly Episode[], others: readonly Episode[]): boolean =>
  some.length === others.length &&
  some.every((episode, index) => isSameEpisode(episode, others[index] ?? episode));

/** Whether none of its incidents can change any more but by new firings, so that it can be ended early. */
export const isWhole = (state: GroupIncidents): boolean => state.announced.every(isSettled);

const isSettled = ({ episode, settled, anchorMs, lastMs }: Announced): boolean =>
  episode !== null && settled?.firings === episode.firings && anchorMs <= lastMs;

const inOrder = (episodes: readonly (Episode | null)[]): Episode[] =>
  episodes.filter((episode) => episode !== null).sort((a, b) => a.firstMs - b.firstMs);
