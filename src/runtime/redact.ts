import { Secret } from '../shared/secret.ts';

/** Names whose values are secrets, wherever they stand in a log line's fields. */
const secretName =
  /pass(?:word|wd|phrase)|secret|token|authori[sz]ation|api[-_]?key|private[-_]?key|cookie|credential|webhook[-_]?url/i;

/** Addresses that are secrets themselves, or hold one: Slack webhooks, `user:password@`. */
const slackWebhook = /https:\/\/hooks\.slack(?:-gov)?\.com\/[^\s"'<>]{1,300}/gi;
const urlPassword = /(:\/\/[^\s:/@]{0,128}):[^\s/@]{1,256}@/g;

/** Longer texts are cut, deeper and wider values too: a log line is no dump, and its size has a bound. */
const limits = { textLength: 4_000, depth: 6, members: 100 } as const;

const hidden = '[secret]';

/**
 * A value as it may be logged: secrets replaced by `[secret]` (by name, by what they look like), errors as plain
 * objects, everything cut to a bounded size. What is written is a copy. Never throws, whatever a getter does.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') {
    return String(value).slice(0, 100);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return hidden;
  if (depth >= limits.depth) return '[deeper]';
  try {
    return redactObject(value, depth);
  } catch {
    return '[unreadable]';
  }
}

/** A text without the secrets that can be recognised in it, cut to a bounded length. */
export function redactText(text: string): string {
  const cut = text.length > limits.textLength ? `${text.slice(0, limits.textLength)}…` : text;
  return cut.replace(slackWebhook, 'https://hooks.slack.com/[secret]').replace(urlPassword, `$1:${hidden}@`);
}

function redactObject(value: object, depth: number): unknown {
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, limits.members).map((child) => redact(child, depth + 1));
  if (value instanceof Map || value instanceof Set) return redact([...value].slice(0, limits.members), depth);
  const members = Object.entries(value).slice(0, limits.members);
  return Object.fromEntries(
    members.map(([name, child]) => [name, secretName.test(name) ? hidden : redact(child, depth + 1)]),
  );
}

/** Name, message, code, stack and cause; libraries hang whole requests, with their headers, on their errors. */
function redactError(error: Error, depth: number): unknown {
  const code = 'code' in error ? redact(error.code, depth + 1) : undefined;
  return {
    name: error.name,
    message: redactText(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
