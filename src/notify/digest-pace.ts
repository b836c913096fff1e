import { isoToMs } from '../shared/iso-to-ms.ts';
import type { DigestPace } from '../shared/model/digest-pace.ts';
import { isDigest, type Message, type NotifyReason } from '../shared/model/notification.ts';

/** When a receiver's messages become digests. */
export interface DigestOptions {
  /** More messages than this waiting, or sent within a minute, are too many to be told one by one. */
  readonly after: number;
  /** Between two digests, while so many come. Doubled from one to the next, up to five minutes or this, if it is more. */
  readonly everyMs: number;
  /** What lies further back in event time than this when it could first be told is of the past. */
  readonly pastAfterMs: number;
}

export const digestDefaults: DigestOptions = { after: 10, everyMs: 60_000, pastAfterMs: 3_600_000 };

/** A first digest waits this long for more of the same. */
const gatherMs = 10_000;
/** Critical incidents told on their own, ahead of each digest; those beyond stand first in it. */
export const aloneMax = 5;
const everyMaxMs = 300_000;
const busyMs = 60_000;

/** How a lane starts. */
export const calmPace = ({ everyMs }: DigestOptions): DigestPace => ({
  mode: 'calm',
  holdUntilMs: 0,
  everyMs,
  sentMs: [],
  alone: 0,
});

/**
 * How a lane goes on after a restart: as it went, unless a digest was due long ago. The clock may have been set since, and
 * the options: none waits longer than one that was sent just now would make it wait.
 */
export function restoredPace(
  kept: DigestPace | null,
  { nowMs, options }: { nowMs: number; options: DigestOptions },
): DigestPace {
  if (kept === null) return calmPace(options);
  const sentMs = kept.sentMs.filter((atMs) => atMs <= nowMs).slice(-Math.max(1, options.after));
  if (nowMs - kept.holdUntilMs >= busyMs) return { ...calmPace(options), sentMs };
  const mostUntilMs = nowMs + mostMs(options);
  return {
    ...kept,
    everyMs: Math.min(kept.everyMs, mostMs(options)),
    holdUntilMs: Math.min(kept.holdUntilMs, mostUntilMs),
    sentMs,
  };
}

/** The longest time between two digests. */
const mostMs = ({ everyMs }: DigestOptions): number => Math.max(everyMaxMs, everyMs);

/** Whether so many wait, or went out, that no more messages should go out one by one. */
export function isBehind(
  { sentMs }: DigestPace,
  { waiting, nowMs, options }: { waiting: number; nowMs: number; options: DigestOptions },
): boolean {
  if (waiting > options.after) return true;
  const isBusy = sentMs.length >= options.after && nowMs - (sentMs[0] ?? 0) < busyMs;
  return waiting > 0 && isBusy;
}

/** Digests from here on, the first of them after a while, and no sooner than the last one allows. */
export const gathering = (
  pace: DigestPace,
  { mode, nowMs }: { mode: 'past' | 'behind'; nowMs: number },
): DigestPace => ({
  ...pace,
  mode,
  holdUntilMs: pace.mode === 'calm' ? Math.max(pace.holdUntilMs, nowMs + gatherMs) : pace.holdUntilMs,
});

/** A message goes out. */
export const messageSent = (pace: DigestPace, nowMs: number, { after }: DigestOptions): DigestPace => ({
  ...pace,
  sentMs: [...pace.sentMs, nowMs].slice(-Math.max(1, after)),
});

/**
 * A digest of `count` messages goes out. One of few shows that it is calm again. Otherwise the next one waits, each time
 * for longer: who has read three digests of a storm knows that it goes on.
 */
export function digestSent(
  pace: DigestPace,
  { count, nowMs, options }: { count: number; nowMs: number; options: DigestOptions },
): DigestPace {
  const isOver = count <= options.after;
  return {
    ...pace,
    mode: isOver ? 'calm' : pace.mode,
    holdUntilMs: nowMs + pace.everyMs,
    everyMs: isOver ? options.everyMs : Math.min(pace.everyMs * 2, mostMs(options)),
    alone: 0,
  };
}

/** What is told because of what happens now, not because of the events. */
const ofNow: ReadonlySet<NotifyReason> = new Set(['acknowledged', 'raised', 'repeated', 'escalated']);

/** Whether a message tells of the past: tocsin saw the events long after they happened, or could not tell for long. */
export function isOfThePast(
  message: Message,
  { nowMs, options }: { nowMs: number; options: DigestOptions },
): boolean {
  if (isDigest(message)) return message.cause === 'past';
  if (ofNow.has(message.reason) || message.incident.reason === 'person') return false;
  return nowMs - isoToMs(message.incident['@timestamp']) > options.pastAfterMs;
}

/** Whether somebody should hear of it at once, whatever else there is to tell. */
export function isUrgentMessage(message: Message): boolean {
  return !isDigest(message) && message.incident.severity === 'critical' && urgent.has(message.reason);
}

const urgent: ReadonlySet<NotifyReason> = new Set(['opened', 'reopened', 'raised', 'escalated']);
