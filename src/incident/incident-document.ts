import { isoTime } from '../shared/iso-time.ts';
import type { Group } from '../shared/model/group.ts';
import { type Evidence, type Incident, itself } from '../shared/model/incident.ts';
import type { EventFields } from '../shared/model/log-event.ts';
import type { Rule } from '../shared/model/rule.ts';
import { cutEvent, cutText } from './cut-event.ts';
import { type Episode, firingName, type KeptEvidence } from './episode.ts';
import { whyFired } from './why-fired.ts';

/** Units of a title: one line in a chat, a mail's subject. */
const titleMax = 300;

/** Fills a title's `{{ path }}` from the first event (null where it is not at hand) and the group's values. */
export type RenderTitle = (
  template: string,
  fields: EventFields | null,
  group: Readonly<Record<string, unknown>>,
) => string;

export interface Opening {
  readonly id: string;
  readonly rule: Rule;
  readonly group: Group;
  readonly episode: Episode;
  readonly render: RenderTitle;
  readonly remediation: readonly string[];
}

/** The document of a new incident, as version 0: whoever publishes it gives it its number. */
export function openedIncident(opening: Opening): Incident {
  const { id, rule, episode } = opening;
  const group = cutEvent(opening.group.values);
  const timeText = rememberedText();
  const said = fromRule(rule);
  const seen = fromEpisode(episode, timeText);
  return {
    id,
    version: 0,
    status: 'open',
    reason: 'fired',
    rule: said.rule,
    severity: said.severity,
    tags: said.tags,
    runbook: said.runbook,
    references: said.references,
    shadow: said.shadow,
    severitySetBy: null,
    assignee: null,
    flaps: 0,
    title: titleOf({ rule, group, episode, render: opening.render }),
    summary: whyFired(rule, group, episode),
    group,
    firstSeen: seen.firstSeen,
    lastSeen: seen.lastSeen,
    events: seen.events,
    firings: seen.firings,
    peak: seen.peak,
    '@timestamp': seen['@timestamp'],
    evidence: episode.evidence.map((kept) => asEvidence(kept, timeText)),
    history: [{ time: timeText(episode.firstMs), what: 'opened', who: itself, version: 1 }],
    remediation: opening.remediation,
    mergedInto: null,
  };
}

/** What an incident is refreshed with. Without its rule (it was removed) what the rule said stays as it was. */
export interface Refresh {
  readonly rule: Rule | undefined;
  readonly before: Episode | null;
  readonly episode: Episode;
  readonly render: RenderTitle;
}

/** The same incident with what its episode has become. Its severity is another matter: a step of its life. */
export function refreshedIncident(incident: Incident, refresh: Refresh): Incident {
  const { rule, before, episode } = refresh;
  const isFirstSame = before !== null && nameOfFirst(before) === nameOfFirst(episode);
  const { group } = incident;
  const timeText = rememberedText();
  // Whoever was told of an incident hears how it goes on, also when its rule goes back into shadow meanwhile.
  const shadow = incident.shadow && (rule === undefined || rule.status === 'shadow');
  return {
    ...incident,
    ...(rule === undefined
      ? {}
      : { ...fromRule(rule), severity: incident.severity, shadow, summary: whyFired(rule, group, episode) }),
    ...(rule === undefined || isFirstSame
      ? {}
      : { title: titleOf({ rule, group, episode, render: refresh.render }) }),
    ...fromEpisode(episode, timeText),
    evidence:
      before?.evidence === episode.evidence
        ? incident.evidence
        : episode.evidence.map((kept) => asEvidence(kept, timeText)),
  };
}

type FromRule = Pick<Incident, 'rule' | 'severity' | 'tags' | 'runbook' | 'references' | 'shadow'>;

const fromRule = (rule: Rule): FromRule => ({
  rule: { id: rule.id, title: rule.title, hash: rule.hash },
  severity: rule.severity,
  tags: rule.tags,
  runbook: rule.runbook,
  references: rule.references,
  shadow: rule.status === 'shadow',
});

type FromEpisode = Pick<Incident, 'firstSeen' | 'lastSeen' | 'events' | 'firings' | 'peak' | '@timestamp'>;

const fromEpisode = (episode: Episode, timeText: TimeText): FromEpisode => ({
  firstSeen: timeText(episode.firstSeenMs),
  lastSeen: timeText(episode.lastSeenMs),
  events: episode.events,
  firings: episode.firings,
  peak: episode.peak,
  '@timestamp': timeText(episode.lastSeenMs),
});

type TimeText = (ms: number) => string;

/** `isoTime` for one document, which mostly says the same time again and again: one text then, not five. */
function rememberedText(): TimeText {
  let known = Number.NaN;
  let text = '';
  return (ms) => {
    if (ms !== known) text = isoTime(ms);
    known = ms;
    return text;
  };
}

const asEvidence = (kept: KeptEvidence, timeText: TimeText): Evidence => ({
  time: timeText(kept.timeMs),
  position: kept.position,
  event: kept.event,
});

interface Titled {
  readonly rule: Rule;
  readonly group: Readonly<Record<string, unknown>>;
  readonly episode: Episode;
  readonly render: RenderTitle;
}

const titleOf = ({ rule, group, episode, render }: Titled): string =>
  cutText(render(rule.title, episode.evidence[0]?.event ?? null, group), titleMax);

const nameOfFirst = (episode: Episode): string | undefined => {
  const [first] = episode.evidence;
  return first === undefined ? undefined : firingName(first);
};
