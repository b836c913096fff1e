import { invariant } from '../shared/invariant.ts';
import type { Firing } from '../shared/model/firing.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import { type Announced, restoredIncident } from './announced.ts';
import type { Episode } from './episode.ts';
import { evidenceFrom, type GroupIncidents, refolded } from './group-incidents.ts';

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
  const state = { ruleId, group, settled, announced, queuedMs: null };
  if (rule === undefined) return { ...state, speculative: episodes };
  if (rule.window === undefined) return { ...state, speculative: null };
  const dedupMs = Math.max(1, rule.dedupMs);
  const evidence = evidenceFrom(episodes, []);
  return {
    ...state,
    speculative: refolded(settled, { firings: tailOf(ruleId, groupKey), dedupMs, evidence }),
  };
}

/** Whether none of its incidents can change any more but by new firings, so that it can be ended early. */
export const isWhole = (state: GroupIncidents): boolean => state.announced.every(isSettled);

const isSettled = ({ episode, settled, anchorMs, lastMs }: Announced): boolean =>
  episode !== null && settled?.firings === episode.firings && anchorMs <= lastMs;

const inOrder = (episodes: readonly (Episode | null)[]): Episode[] =>
  episodes.filter((episode) => episode !== null).sort((a, b) => a.firstMs - b.firstMs);
