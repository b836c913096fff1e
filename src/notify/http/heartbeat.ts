import { isoTime } from '../../shared/iso-time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Metrics } from '../../shared/ports/metrics.ts';
import type { Secret } from '../../shared/secret.ts';
import { postJson } from './post-json.ts';

/** Where beats go, and how often. */
export interface HeartbeatConfig {
  readonly url: Secret;
  readonly headers?: Readonly<Record<string, Secret>>;
  readonly everyMs: number;
}

interface HeartbeatParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Why there is no sign of life, in words; null: there is one. */
  whySilent(): string | null;
}

const timeoutMsMax = 10_000;

/**
 * Posts a sign of life once every interval, as long as there is one, until the signal aborts: whoever waits for the next
 * one notices that tocsin has become silent. A beat that fails is counted, logged where that begins and ends, and not sent
 * again: the next one says the same. Never throws for what the other side does.
 */
export async function keepBeating(
  heartbeat: HeartbeatConfig,
  parts: HeartbeatParts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, metrics } = parts;
  let before: Beat['outcome'] = 'sent';
  // The first one comes after an interval: who starts again and again, and gets no further, is not alive.
  for (;;) {
    await clock.sleep(heartbeat.everyMs, signal);
    if (signal.aborted) return;
    const { outcome, why } = await beat(heartbeat, parts, signal);
    if (signal.aborted) return;
    metrics.count('tocsin_heartbeats_total', { outcome });
    if (outcome !== before && outcome === 'sent') log.info('the heartbeat is sent again');
    else if (outcome !== before)
      log.warn(`the heartbeat ${outcome === 'failed' ? 'was not taken' : 'is withheld'}: ${why}`);
    before = outcome;
  }
}

interface Beat {
  readonly outcome: 'sent' | 'failed' | 'withheld';
  readonly why: string;
}

async function beat(
  { url, headers = {}, everyMs }: HeartbeatConfig,
  { clock, whySilent }: HeartbeatParts,
  signal: AbortSignal,
): Promise<Beat> {
  const silent = whySilent();
  if (silent !== null) return { outcome: 'withheld', why: silent };
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()] as const);
  const sent = await postJson({
    url,
    body: JSON.stringify({ alive: true, time: isoTime(clock.nowMs()) }),
    headers: Object.fromEntries(own),
    secrets: own.map(([, value]) => value),
    clock,
    timeoutMs: Math.min(everyMs, timeoutMsMax),
    signal,
  });
  return sent.kind === 'delivered' ? { outcome: 'sent', why: '' } : { outcome: 'failed', why: sent.detail };
}
