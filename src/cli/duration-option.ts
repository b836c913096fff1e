import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../shared/duration.ts';

/** Parses an option's value as a duration of some length, such as `30m`, to milliseconds; commander tells the user where it is none. */
export function durationOption(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.ok && parsed.value > 0) return parsed.value;
  throw new InvalidArgumentError(parsed.ok ? 'it must last some time' : parsed.failure);
}
