import { invariant } from '../shared/invariant.ts';
import { isoTime } from '../shared/iso-time.ts';
import { isoToMs } from '../shared/iso-to-ms.ts';
import { type Incident, itself } from '../shared/model/incident.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import { type Announced, goesBeyond, storedIncident } from './announced.ts';
import {
  asSevereAsRule,
  type Draft,
  draftOf,
  inheriting,
  merging,
  resolving,
  revising,
  unchanged,
} from './draft.ts';
import { type Episode, firingName, isSameEpisode } from './episode.ts';
import { episodesOf, type FoldTimes, type GroupIncidents } from './group-incidents.ts';
import { openedIncident, type Refresh, type RenderTitle, refreshedIncident } from './incident-document.ts';
import { type HeardOfParts, hearingOfParts, type PartNews, partNews } from './parts-news.ts';
import { reconcile } from './reconcile.ts';
import { steppedByItself, withHistory } from './step-incident.ts';
import { isJoined } from './transitions.ts';
import { countedOf, hasLiveParts, showingOwn, showingWhole } from './whole.ts';

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
  readonly endNow: string | undefined;
  /** Beyond this many episodes, the earliest of those that cannot change end now. */
  readonly episodesMax: number;
  /** Time of the last firing of the rule whose incident ended early. */
  readonly endedEarlyMs: number;
  /** By incident id, what became of those that persons merged into it. Undefined where nothing did. */
  readonly heard: ReadonlyMap<string, HeardOfParts> | undefined;
}

/** The new versions of a group's incidents, and what the store is to keep of them. */
export interface Announcement {
  readonly changes: readonly IncidentChange[];
  readonly stored: readonly StoredIncident[];
  /** Incidents that a bound ended early, and the last firing of them. */
  readonly endedEarly: { readonly count: number; readonly lastMs: number } | null;
  /** What incidents of other groups, or of this one, have to hear of their parts. */
  readonly partNews: readonly PartNews[];
}

/**
 * Brings the incidents told of into line with the episodes: opens, updates, merges, revises, reopens, and resolves
 * what the watermark has left behind; at most one new version of each. Final incidents and episodes leave the state.
 */
export function announce(state: GroupIncidents, context: AnnounceContext): Announcement {
  const episodes = episodesOf(state);
  const open = state.announced.filter(({ isOver }) => !isOver);
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
  const waiting = state.announced.filter(({ isOver }) => isOver).map(unchanged);
  const heirs =
    merged.length === 0
      ? stand
      : stand.map((draft, index) =>
          inheriting(
            draft,
            merged.filter((_, nth) => plan.merged[nth]?.episode === index),
          ),
        );
  const drafts = [...heirs, ...merged, ...orphaned, ...waiting].map((draft) =>
    numbered(released(hearing(draft, context), context)),
  );
  keep(state, drafts);
  return publish(drafts, state.group.key);
}

function hearing(draft: Draft, { heard }: AnnounceContext): Draft {
  const ofIt = heard?.get(draft.after.id);
  return ofIt === undefined ? draft : hearingOfParts(draft, ofIt);
}

/** When the group is to be looked at again, firings or not; null: it holds nothing that waits for a time. */
export function deadlineOf(state: GroupIncidents, dedupMs: number): number | null {
  const deadlineMs = Math.min(...state.announced.map((announced) => nextDeadline(announced, dedupMs)));
  return deadlineMs === Number.POSITIVE_INFINITY ? null : deadlineMs;
}

function nextDeadline(announced: Announced, dedupMs: number): number {
  // It waits for what persons merged into it, whose groups have deadlines of their own.
  if (announced.episode === null && hasLiveParts(announced.whole)) return Number.POSITIVE_INFINITY;
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
  const known = { id, incident, anchorMs: episode.firstMs, putAside: null, whole: null };
  const after = live(known, state, episode);
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
  const isSame = before.episode !== null && isSameEpisode(before.episode, episode);
  if (isSame) return draftOf(before, live(before, state, episode), null);
  const { rule } = context;
  const refresh = { rule, before: before.episode, episode, render: context.parts.render };
  const { incident: refreshed, whole } = refreshedWhole(before, refresh);
  const atMs = episode.lastMs;
  // What a person put aside comes back when it goes on; one that was closed as merged or revised, with its firings.
  const isPutAside = before.isLive && before.putAside !== null && !goesBeyond(episode, before.putAside);
  const fired = isPutAside ? null : steppedByItself(refreshed, 'fired', { atMs });
  const again = fired === null ? refreshed : firedAgain(fired.incident, before, atMs);
  const { incident, change } = asSevereAsRule(again, fired?.change ?? 'updated', {
    rule,
    atMs,
  });
  const putAside = isPutAside ? before.putAside : null;
  // Of an incident whose rule was in shadow nobody was told: to them it opens now.
  const leavesShadow =
    before.isLive && before.incident.shadow && !incident.shadow && incident.status !== 'resolved';
  return draftOf(
    before,
    live({ ...before, incident, putAside, whole }, state, episode),
    leavesShadow ? 'opened' : change,
  );
}

/** A part of another that a person had resolved before: how it would stand alone is in its history, for a merge can be taken back. */
function firedAgain(incident: Incident, { putAside }: Announced, atMs: number): Incident {
  if (putAside === null || !isJoined(incident)) return incident;
  const entry = { time: isoTime(atMs), what: 'reopened', who: itself } as const;
  return withHistory({ ...incident, flaps: incident.flaps + 1 }, entry);
}

function refreshedWhole(
  { incident, whole }: Announced,
  refresh: Refresh,
): Pick<Announced, 'incident' | 'whole'> {
  const own = refreshedIncident(showingOwn(incident, whole), refresh);
  if (whole === null) return { incident: own, whole };
  const moved = { ...whole, own: countedOf(own), awaitsQuiet: false };
  return { incident: showingWhole(own, moved), whole: moved };
}

/** The incident that stands for an episode from now on. */
function live(
  known: Pick<Announced, 'id' | 'incident' | 'anchorMs' | 'putAside' | 'whole'>,
  state: GroupIncidents,
  episode: Episode,
): Announced {
  const settled = state.settled.find(
    (part) => part.firstMs >= episode.firstMs && part.lastMs <= episode.lastMs,
  );
  const { id, incident, anchorMs, putAside, whole } = known;
  const { firstMs, lastMs } = episode;
  return {
    id,
    incident,
    anchorMs,
    firstMs,
    lastMs,
    putAside,
    whole,
    isLive: true,
    isOver: false,
    episode,
    settled: settled ?? null,
  };
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

/** A closed incident is final once no firing can come back to it, and its id cannot be asked for again. */
function released(draft: Draft, context: AnnounceContext): Draft {
  const { after } = draft;
  if (after.episode !== null || hasLiveParts(after.whole)) return draft;
  const isPast = context.watermarkMs >= nextDeadline(after, context.dedupMs);
  const isFinal = draft.endsEarly || context.endNow !== undefined || isPast;
  if (!isFinal || after.whole?.awaitsQuiet !== true) return { ...draft, isFinal };
  const quietMs = isoToMs(after.incident.lastSeen) + context.dedupMs;
  return { ...resolving(draft, quietMs, context.endNow), isFinal };
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
  const stands = (episode: Episode): boolean => standing.has(episode);
  if (!state.settled.every(stands)) state.settled = state.settled.filter(stands);
  if (state.speculative?.every(stands) === false) state.speculative = state.speculative.filter(stands);
}

function publish(drafts: readonly Draft[], groupKey: string): Announcement {
  const changes: IncidentChange[] = [];
  const stored: StoredIncident[] = [];
  for (const draft of drafts) {
    const { before, after, kind, isFinal } = draft;
    if (kind !== null) changes.push({ kind, incident: after.incident });
    const isToKeep =
      kind !== null || isFinal || before?.settled !== after.settled || before?.whole !== after.whole;
    if (isToKeep) stored.push(storedIncident(after, groupKey, isFinal));
  }
  const early = drafts.filter((draft) => draft.endsEarly);
  const lastMs = Math.max(...early.map((draft) => draft.after.lastMs));
  const endedEarly = early.length === 0 ? null : { count: early.length, lastMs };
  return { changes, stored, endedEarly, partNews: drafts.flatMap((draft) => partNews(draft) ?? []) };
}
