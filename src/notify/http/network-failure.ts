import type { Delivery } from '../../shared/model/notification.ts';

/**
 * What to do after a request that got no answer. It may have arrived all the same, so a repeat is possible: every
 * message carries its incident's id. Only codes are shown, for messages of errors may hold the address.
 */
export function networkFailure(error: unknown): Delivery {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return { kind: 'retry', reason: 'timeout', detail: 'no answer in time' };
  if (name === 'AbortError') return { kind: 'retry', reason: 'timeout', detail: 'stopped before an answer' };
  const code = codeOf(error);
  const detail =
    code === null ? 'the request could not be made: is the address right?' : `no connection (${code})`;
  const isUnsent = code === null || unsentCodes.has(code);
  return { kind: 'retry', reason: 'network', detail, ...(isUnsent ? { hasNotArrived: true } : {}) };
}

/** What happens before a byte of a request has left: no name, no way, nobody there, no trust. */
const unsentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The first system or library code in the chain of causes: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. */
function codeOf(error: unknown): string | null {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
    const [first] = current instanceof AggregateError ? current.errors : [];
    current = current.cause ?? first;
  }
  return null;
}
