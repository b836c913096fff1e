import { InvalidArgumentError } from 'commander';

/** Parses an option's value as a time (ISO 8601; without a zone it is UTC); milliseconds since the epoch. */
export function timeOption(text: string): number {
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) || !text.includes('T');
  const timeMs = Date.parse(hasZone ? text : `${text}Z`);
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('a time such as 2026-03-01T10:00:00Z is needed');
  return timeMs;
}
