import { fail, ok, type Result } from './result.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const parts = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/;
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g;

/** Milliseconds of a duration such as `30s`, `5m`, `1h30m`, `7d`. Whole milliseconds; fails on anything else. */
export function parseDuration(text: string): Result<number, string> {
  if (!parts.test(text))
    return fail(`"${text}" is no duration; write a number and a unit, such as 30s, 5m, 1h, 7d`);
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(part)) totalMs += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return ok(Math.round(totalMs));
}

/** The shortest exact way to write a duration: `90s` rather than `1m30s`; the inverse of `parseDuration`. */
export function formatDuration(totalMs: number): string {
  for (const unit of ['w', 'd', 'h', 'm', 's']) {
    const size = unitMs[unit] ?? 1;
    if (totalMs !== 0 && totalMs % size === 0) return `${totalMs / size}${unit}`;
  }
  return `${totalMs}ms`;
}
