/** A message, and how many times it stands for. */
export interface RepeatedMessage {
  readonly message: string;
  readonly times: number;
}

const opening = /^message repeated (\d{1,7}) times?: \[ ?/;

/** More than this in one line is no count of a syslog daemon; it counts as this many. */
const timesMax = 1_000_000;

/**
 * Opens `message repeated N times: [ MESSAGE]`, which rsyslog writes for N further equal messages; any other text is
 * itself, once. Only the beginning of a line counts, which no program leaves to an attacker.
 */
export function openRepeated(text: string): RepeatedMessage {
  const found = text.endsWith(']') ? opening.exec(text.slice(0, 40)) : null;
  const times = Math.min(Number(found?.[1] ?? 0), timesMax);
  if (found === null || times < 1) return { message: text, times: 1 };
  return { message: text.slice(found[0].length, -1), times };
}
