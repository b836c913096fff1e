import { invariant } from '../shared/invariant.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { IncidentChange, IncidentChangeKind } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import { type Announced, isQuiet, storedIncident } from './announced.ts';
import { type Episode, firingName, isSameEpisode } from './episode.ts';
import { episodesOf, type FoldTimes, type GroupIncidents } from './group-incidents.ts';
import {
  mergedIncident,
  openedIncident,
  quietIncident,
  type RenderTitle,
  refreshedIncident,
  reopenedIncident,
  revisedIncident,
} from './incident-document.ts';
import { reconcile } from './reconcile.ts';

/** What the composition root gives: no hash, template or clock is made here. */
export interface AnnounceParts {
  /** A short stable hash: lower-case letters and digits. */
  hash(text: string): string;
  readonly render: RenderTitle;
  /** Ids of the remediation commands that are proposed for a new incident. */
  commandIds(rule: Rule, incidentId: string): readonly string[];
}

export interface AnnounceContext extends FoldTimes {
  /** Undefined once the rule was removed. */
  readonly rule: Rule | undefined;
  readonly parts: AnnounceParts;
  /** Set where the group has to end now, whatever the watermark says; the reason for the history. */
  readonly endNow?: string;
  /** Beyond this many episodes, the earliest of those that cannot change end now. */
  readonly episodesMax: number;
  /** Time of the last firing of the rule whose incident ended early. */
  readonly endedEarlyMs: number;
}

/** The new versions of a group's incidents, and what the store is to keep of them. */
export interface Announcement {
  readonly changes: readonly IncidentChange[];
  readonly stored: readonly StoredIncident[];
  /** Incidents that a bound ended early, and the last firing of them. */
  readonly endedEarly: { readonly count: number; readonly lastMs: number } | null;
}

/** An incident after this batch. `kind` null: nothing that anybody is told. */
interface Draft {
  readonly before: Announced | null;
  readonly after: Announced;
  readonly kind: IncidentChangeKind | null;
  readonly isFinal: boolean;
  /** It was not quiet: a bound ended it, or its rule is gone. */
  readonly endsEarly: boolean;
}

const draftOf = (before: Announced | null, after: Announced, kind: IncidentChangeKind | null): Draft => ({
  before,
  after,
  kind,
  isFinal: false,
  endsEarly: false,
});

/**
 * Brings the incidents told of into line with the episodes: opens, updates, merges, revises, reopens, and resolves
 * what the watermark has left behind; at most one new version of each. Final incidents and episodes leave the state.
 */
export function announce(state: GroupIncidents, context: AnnounceContext): Announcement {
  const episodes = episodesOf(state);
  const open = state.announced.filter((announced) => !isQuiet(announced));
  const plan = reconcile(open, episodes, context.dedupMs);
  const excess = episodes.length - context.episodesMax;
  const stand = episodes.map((episode, index) => {
    const owner = plan.owners[index] ?? null;
    const draft =
      owner === null ? opening(state, episode, context) : following(owner, { state, episode, context });
    return ended(draft, context, index < excess);
  });
  const merged = plan.merged.map(({ claimant, episode }) =>
    merging(claimant, stand[episode]?.after.id ?? claimant.id),
  );
  const orphaned = plan.orphans.map(revising);
  const waiting = state.announced.filter(isQuiet).map(unchanged);
  const drafts = [...stand, ...merged, ...orphaned, ...waiting].map((draft) =>
    numbered(released(draft, context)),
  );
  keep(state, drafts);
  return publish(drafts, state.group.key);
}

/** When the group is to be looked at again, firings or not; null: it holds nothing any more. */
export function deadlineOf(state: GroupIncidents, dedupMs: number): number | null {
  if (state.announced.length === 0) return null;
  return Math.min(...state.announced.map((announced) => nextDeadline(announced, dedupMs)));
}

function nextDeadline(announced: Announced, dedupMs: number): number {
  if (announced.episode === null) return Math.max(announced.lastMs, announced.anchorMs) + dedupMs;
  return Math.max(announced.lastMs + dedupMs, announced.episode.heldUntilMs ?? Number.NEGATIVE_INFINITY);
}

function opening(state: GroupIncidents, episode: Episode, context: AnnounceContext): Draft {
  const { rule, parts } = context;
  invariant(rule !== undefined, `rule ${state.ruleId} fired after it was removed`);
  const id = newId(state, episode, context);
  const remediation = parts.commandIds(rule, id);
  const incident = openedIncident({
    id,
    rule,
    group: state.group,
    episode,
    render: parts.render,
    remediation,
  });
  const after = live({ id, incident, anchorMs: episode.firstMs }, state, episode);
  return draftOf(null, after, 'opened');
}

/**
 * hash(rule id, group key, time of the first firing). A firing so late that it may have the time of one whose incident
 * is final and forgotten adds its position, which never comes twice; an id that still waits here is not given again.
 */
function newId(state: GroupIncidents, episode: Episode, context: AnnounceContext): string {
  const identity: (string | number)[] = [state.ruleId, state.group.key, episode.firstMs];
  const [first] = episode.evidence;
  const isLate = episode.firstMs + context.dedupMs <= context.lateBeforeMs;
  if ((isLate || episode.firstMs <= context.endedEarlyMs) && first !== undefined)
    identity.push(firingName(first));
  let id = context.parts.hash(JSON.stringify(identity));
  for (let nth = 2; state.announced.some((announced) => announced.id === id); nth += 1) {
    id = context.parts.hash(JSON.stringify([...identity, nth]));
  }
  return id;
}

interface Following {
  readonly state: GroupIncidents;
  readonly episode: Episode;
  readonly context: AnnounceContext;
}

function following(before: Announced, { state, episode, context }: Following): Draft {
  const after = (incident: Incident): Announced => live({ ...before, incident }, state, episode);
  const isSame = before.episode !== null && isSameEpisode(before.episode, episode);
  if (isSame) return draftOf(before, after(before.incident), null);
  const refresh = { rule: context.rule, before: before.episode, episode, render: context.parts.render };
  const refreshed = refreshedIncident(before.incident, refresh);
  // Of an incident whose rule was in shadow nobody was told: to them it opens now.
  const leavesShadow = before.incident.shadow && !refreshed.shadow;
  if (before.isLive) return draftOf(before, after(refreshed), leavesShadow ? 'opened' : 'updated');
  const reopened = reopenedIncident(refreshed, episode.lastMs);
  return draftOf(before, after(reopened), 'reopened');
}

/** The incident that stands for an episode from now on. */
function live(
  known: Pick<Announced, 'id' | 'incident' | 'anchorMs'>,
  state: GroupIncidents,
  episode: Episode,
): Announced {
  const settled = state.settled.find(
    (part) => part.firstMs >= episode.firstMs && part.lastMs <= episode.lastMs,
  );
  const { id, incident, anchorMs } = known;
  const { firstMs, lastMs } = episode;
  return { id, incident, anchorMs, firstMs, lastMs, isLive: true, episode, settled: settled ?? null };
}

/** An episode is over when the watermark has left it behind: none of its firings can be withdrawn, none can join. */
function ended(draft: Draft, context: AnnounceContext, isTooMany: boolean): Draft {
  const { after } = draft;
  if (context.endNow !== undefined)
    return { ...resolving(draft, after.lastMs, context.endNow), endsEarly: true };
  if (context.watermarkMs >= nextDeadline(after, context.dedupMs))
    return resolving(draft, after.lastMs + context.dedupMs);
  if (!isTooMany || after.settled?.firings !== after.episode?.firings) return draft;
  return { ...resolving(draft, after.lastMs, 'its group had too many open incidents'), endsEarly: true };
}

/** One that opened or came back and is over already says both in one version: people are to hear that it happened. */
function resolving(draft: Draft, atMs: number, note?: string): Draft {
  const { after } = draft;
  const incident = quietIncident(after.incident, atMs, note);
  const kind = draft.kind === 'opened' || draft.kind === 'reopened' ? draft.kind : 'resolved';
  return { ...draft, after: closed({ ...after, incident }), kind };
}

const closed = (announced: Announced): Announced => ({
  ...announced,
  isLive: false,
  episode: null,
  settled: null,
});

const unchanged = (before: Announced): Draft => draftOf(before, before, null);

function merging(before: Announced, into: string): Draft {
  const { incident } = before;
  const isWell = before.isLive ? false : incident.status !== 'merged' || incident.mergedInto === into;
  if (isWell) return unchanged(before);
  const after = closed({ ...before, incident: mergedIncident(incident, into, before.lastMs) });
  return draftOf(before, after, 'merged');
}

function revising(before: Announced): Draft {
  if (!before.isLive) return unchanged(before);
  const after = closed({ ...before, incident: revisedIncident(before.incident, before.lastMs) });
  return draftOf(before, after, 'revised');
}

/** A closed incident is final once no firing can come back to it, and its id cannot be asked for again. */
function released(draft: Draft, context: AnnounceContext): Draft {
  if (draft.after.episode !== null) return draft;
  const isPast = context.watermarkMs >= nextDeadline(draft.after, context.dedupMs);
  const isFinal = draft.endsEarly || context.endNow !== undefined || isPast;
  return { ...draft, isFinal };
}

/** With the number of this version, where there is a new one. */
function numbered(draft: Draft): Draft {
  if (draft.kind === null) return draft;
  const version = (draft.before?.incident.version ?? 0) + 1;
  return { ...draft, after: { ...draft.after, incident: { ...draft.after.incident, version } } };
}

/** Final incidents leave, and so do the episodes that no incident stands for any more. */
function keep(state: GroupIncidents, drafts: readonly Draft[]): void {
  const standing = new Set<Episode>();
  state.announced = drafts.filter((draft) => !draft.isFinal).map((draft) => draft.after);
  for (const { episode, settled } of state.announced) {
    if (episode !== null) standing.add(episode);
    if (settled !== null) standing.add(settled);
  }
  state.settled = state.settled.filter((episode) => standing.has(episode));
  state.speculative = state.speculative?.filter((episode) => standing.has(episode)) ?? null;
}

function publish(drafts: readonly Draft[], groupKey: string): Announcement {
  const changes: IncidentChange[] = [];
  const stored: StoredIncident[] = [];
  for (const draft of drafts) {
    const { before, after, kind, isFinal } = draft;
    if (kind !== null) changes.push({ kind, incident: after.incident });
    const isToKeep = kind !== null || isFinal || before?.settled !== after.settled;
    if (isToKeep) stored.push(storedIncident(after, groupKey, isFinal));
  }
  const early = drafts.filter((draft) => draft.endsEarly);
  const lastMs = Math.max(...early.map((draft) => draft.after.lastMs));
  return { changes, stored, endedEarly: early.length === 0 ? null : { count: early.length, lastMs } };
}
