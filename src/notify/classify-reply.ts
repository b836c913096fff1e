import type { Delivery } from '../shared/model/notification.ts';
import { visibleText } from './message/visible-text.ts';

/** What an HTTP receiver answered. */
export interface HttpReply {
  readonly status: number;
  /** The beginning of the body; shown in the detail, so the caller takes secrets out of it. */
  readonly body: string;
  /** What the answer said about when to come again, milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * What to do after an HTTP answer. Trying again helps against overload and faults of the receiver (408, 425, 429,
 * 5xx); every other refusal, a redirect included (none is followed), would only be repeated.
 */
export function classifyReply({ status, body, retryAfterMs }: HttpReply): Delivery {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const said = visibleText(body.trim(), { max: 120 });
  const detail = said === '' ? `answered ${status}` : `answered ${status}: ${said}`;
  const after = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
  if (status === 429) return { kind: 'retry', reason: 'rate-limited', detail, hasNotArrived: true, ...after };
  if (status === 408 || status === 425) return { kind: 'retry', reason: 'timeout', detail, ...after };
  if (status >= 500) return { kind: 'retry', reason: 'server', detail, ...after };
  if (status === 401 || status === 403) return { kind: 'rejected', reason: 'auth', detail };
  if (status === 413) return { kind: 'rejected', reason: 'too-large', detail };
  return { kind: 'rejected', reason: 'client', detail };
}

/**
 * Milliseconds of a Retry-After header (RFC 9110, 10.2.3: seconds or a date), or of the `retry_after` seconds in
 * Slack's JSON body where the header is missing. Undefined where neither says anything usable.
 */
export function retryAfterMs(
  header: string | null,
  { body, nowMs }: { body: string; nowMs: number },
): number | undefined {
  const written = header?.trim() ?? '';
  if (/^\d{1,9}(?:\.\d+)?$/.test(written)) return Math.ceil(Number(written) * 1000);
  const atMs = written === '' ? Number.NaN : Date.parse(written);
  if (Number.isFinite(atMs)) return Math.max(0, atMs - nowMs);
  const inBody = /"retry_after"\s*:\s*(\d{1,9}(?:\.\d+)?)/.exec(body)?.[1];
  return inBody === undefined ? undefined : Math.ceil(Number(inBody) * 1000);
}

/** The text without any of the secrets, for details and logs. Secrets shorter than four characters are not looked for. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '[secret]');
  return clean;
}
