import { invariant } from '../../shared/invariant.ts';
import type { Digest, Message, Notification, NotifyReason } from '../../shared/model/notification.ts';
import { isDigest } from '../../shared/model/notification.ts';
import { type Severity, severityRank } from '../../shared/model/severity.ts';

/** Incidents that a digest names, and rules that it counts by name. */
const digestItemsMax = 20;
const digestRulesMax = 10;

/** What a digest needs besides the messages it stands for. */
export interface DigestParts {
  readonly id: string;
  readonly cause: Digest['cause'];
  readonly group: Digest['group'];
}

/**
 * Messages summed up, one after the other. Holds a counter for each rule (there are as many as are loaded) and no more
 * than the twenty incidents that a digest names, however many messages it has seen.
 */
export interface DigestSum {
  total: number;
  others: number;
  readonly reasons: Map<NotifyReason, number>;
  readonly severities: Map<Severity, number>;
  readonly rules: Map<string, { title: string; count: number }>;
  firstSeen: string;
  lastSeen: string;
  items: readonly Notification[];
  /** Whom all of them could not be told, and why; null where they differ. */
  undelivered: Digest['undelivered'] | null;
}

export const emptyDigestSum = (): DigestSum => ({
  total: 0,
  others: 0,
  reasons: new Map(),
  severities: new Map(),
  rules: new Map(),
  firstSeen: '',
  lastSeen: '',
  items: [],
  undelivered: undefined,
});

/** Adds one message: a notification, or a digest with all that it stands for. */
export function addToDigest(sum: DigestSum, message: Message): void {
  sum.undelivered = sum.total === 0 ? message.undelivered : commonUndelivered(sum, message);
  if (isDigest(message)) addDigest(sum, message);
  else addNotification(sum, message);
}

/** The digest of what was added; there must be something. */
export function digestOfSum(sum: DigestSum, { id, cause, group }: DigestParts): Digest {
  invariant(sum.total > 0, 'a digest stands for something');
  const ranked = [...sum.rules]
    .map(([rule, { title, count }]) => ({ id: rule, title, count }))
    .sort((a, b) => b.count - a.count || compare(a.id, b.id));
  const beyond = ranked.slice(digestRulesMax).reduce((total, { count }) => total + count, 0);
  return {
    kind: 'digest',
    id,
    cause,
    group,
    total: sum.total,
    reasons: [...sum.reasons]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || compare(a.reason, b.reason)),
    severities: [...sum.severities]
      .map(([severity, count]) => ({ severity, count }))
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity)),
    rules: ranked.slice(0, digestRulesMax),
    others: sum.others + beyond,
    firstSeen: sum.firstSeen,
    lastSeen: sum.lastSeen,
    items: sum.items,
    ...(sum.undelivered === undefined || sum.undelivered === null ? {} : { undelivered: sum.undelivered }),
  };
}

function addNotification(sum: DigestSum, notification: Notification): void {
  const { reason, incident } = notification;
  sum.total += 1;
  increase(sum.reasons, reason, 1);
  increase(sum.severities, incident.severity, 1);
  countRule(sum, { id: incident.rule.id, title: incident.rule.title, count: 1 });
  widen(sum, incident);
  addItem(sum, notification);
}

function addDigest(sum: DigestSum, digest: Digest): void {
  sum.total += digest.total;
  sum.others += digest.others;
  for (const { reason, count } of digest.reasons) increase(sum.reasons, reason, count);
  for (const { severity, count } of digest.severities) increase(sum.severities, severity, count);
  for (const rule of digest.rules) countRule(sum, rule);
  widen(sum, digest);
  for (const item of digest.items) addItem(sum, item);
}

function increase<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function countRule(sum: DigestSum, { id, title, count }: Digest['rules'][number]): void {
  const known = sum.rules.get(id);
  if (known === undefined) sum.rules.set(id, { title, count });
  else known.count += count;
}

/** Times are ISO-8601 UTC, which sort as text. */
function widen(sum: DigestSum, { firstSeen, lastSeen }: { firstSeen: string; lastSeen: string }): void {
  if (sum.firstSeen === '' || firstSeen < sum.firstSeen) sum.firstSeen = firstSeen;
  if (lastSeen > sum.lastSeen) sum.lastSeen = lastSeen;
}

/** An incident stands in a digest once, with the latest that is to be told of it. */
function addItem(sum: DigestSum, notification: Notification): void {
  const { items } = sum;
  const same = items.findIndex(({ incident }) => incident.id === notification.incident.id);
  if (same !== -1 && (items[same]?.incident.version ?? 0) > notification.incident.version) return;
  const last = items[digestItemsMax - 1];
  if (same === -1 && last !== undefined && byWeight(notification, last) >= 0) return;
  const others = same === -1 ? items : items.toSpliced(same, 1);
  sum.items = [...others, withOneEvent(notification)].sort(byWeight).slice(0, digestItemsMax);
}

/** The most severe first, then the latest; ids make it a total order. */
const byWeight = (a: Notification, b: Notification): number =>
  severityRank(b.incident.severity) - severityRank(a.incident.severity) ||
  compare(b.incident.lastSeen, a.incident.lastSeen) ||
  compare(a.incident.id, b.incident.id);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function withOneEvent(notification: Notification): Notification {
  const { incident } = notification;
  if (incident.evidence.length <= 1) return notification;
  return { ...notification, incident: { ...incident, evidence: incident.evidence.slice(0, 1) } };
}

function commonUndelivered({ undelivered }: DigestSum, message: Message): DigestSum['undelivered'] {
  return undelivered?.receiver === message.undelivered?.receiver ? undelivered : null;
}
