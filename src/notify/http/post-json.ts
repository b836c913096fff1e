import type { Clock } from '../../shared/ports/clock.ts';
import type { Delivery } from '../../shared/ports/notifier.ts';
import type { Secret } from '../../shared/secret.ts';
import { classifyReply, retryAfterMs, withoutSecrets } from '../classify-reply.ts';
import { boundedText } from './bounded-text.ts';
import { networkFailure } from './network-failure.ts';

export interface JsonPost {
  readonly url: Secret;
  readonly body: string;
  /** Besides `content-type` and `user-agent`, which are ours. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What an answer may quote and a detail must not: the address and its parts are always among it. */
  readonly secrets?: readonly string[];
  readonly clock: Clock;
  /** Time limit of the request, milliseconds. Default 10 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * One POST of JSON, and what became of it. Follows no redirect (it could lead anywhere), reads 4 kB of the answer, never
 * throws for what the other side does.
 */
export async function postJson(post: JsonPost): Promise<Delivery> {
  const { url, body, clock, timeoutMs = 10_000 } = post;
  try {
    const response = await fetch(url.reveal(), {
      method: 'POST',
      headers: headersOf(post.headers ?? {}),
      body,
      redirect: 'manual',
      signal: AbortSignal.any([post.signal, AbortSignal.timeout(timeoutMs)]),
    });
    const said = await boundedText(response, 4_096);
    const afterMs = retryAfterMs(response.headers.get('retry-after'), { body: said, nowMs: clock.nowMs() });
    const secrets = [url.reveal(), ...(post.secrets ?? []), ...keysIn(url.reveal())];
    const reply = { status: response.status, body: withoutSecrets(said, secrets) };
    return classifyReply(afterMs === undefined ? reply : { ...reply, retryAfterMs: afterMs });
  } catch (error) {
    return networkFailure(error);
  }
}

function headersOf(own: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(own);
  headers.set('content-type', 'application/json');
  headers.set('user-agent', 'tocsin');
  return headers;
}

/** The parts of an address that hold its key, as an answer may quote them. */
function keysIn(address: string): string[] {
  const parsed = URL.parse(address);
  if (parsed === null) return [];
  const { pathname, search, password } = parsed;
  return [`${pathname}${search}`, search, pathname, password, ...parsed.searchParams.values()];
}
