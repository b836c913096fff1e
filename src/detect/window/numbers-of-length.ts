const templates: (readonly number[])[] = [];
const templatesMax = 64;

/**
 * A list of so many numbers, to be filled, with no room to spare. A copy of a list that holds doubles: what grows by `push` has room
 * for seventeen more, and what is made by `new Array` is slower to read.
 */
export function numbersOfLength(length: number): number[] {
  if (length >= templatesMax) return fresh(length);
  templates[length] ??= fresh(length);
  return (templates[length] as readonly number[]).slice();
}

const fresh = (length: number): number[] => Array.from({ length }, () => 0.5);
