import { joinPath } from './rule-fault.ts';

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g;

interface Level {
  readonly path: string;
  /** Place in an array; -1 in an object. */
  index: number;
  key: string | undefined;
}

/**
 * The line (from 1) of each wanted JSON path in the text of a JSON file that parses. One walk over the tokens, done only
 * where there is a fault to report; a path that is not in the text gets the line of the deepest part that is.
 */
export function findLines(text: string, wanted: readonly string[]): ReadonlyMap<string, number> {
  const lines = linesOfPaths(text);
  return new Map(wanted.map((path) => [path, nearestLine(lines, path)]));
}

function nearestLine(lines: ReadonlyMap<string, number>, path: string): number {
  let part = path;
  while (part.length > 1) {
    const line = lines.get(part);
    if (line !== undefined) return line;
    part = part.replace(/(?:\.[^.[\]]*|\[(?:\d+|"(?:[^"\\]|\\.)*")\])$|.$/s, '');
  }
  return lines.get('$') ?? 1;
}

/**
 * The members that stand twice in their object in the text of a JSON file that parses: of such only the last counts,
 * which nobody means. The outermost alone, each with its line (from 1).
 */
export function findTwice(text: string): readonly { readonly path: string; readonly line: number }[] {
  const { twice } = walkThrough(text);
  return twice.filter(
    ({ path }) => !twice.some((other) => other.path !== path && path.startsWith(other.path)),
  );
}

/** More members that stand twice are not told of one file. */
const twiceMax = 1_000;

interface Walk {
  readonly lines: Map<string, number>;
  readonly twice: { readonly path: string; readonly line: number }[];
  readonly stack: Level[];
  line: number;
  isKey: boolean;
}

const linesOfPaths = (text: string): Map<string, number> => walkThrough(text).lines;

function walkThrough(text: string): Walk {
  const walk: Walk = { lines: new Map(), twice: [], stack: [], line: 1, isKey: false };
  for (const [part] of text.matchAll(token)) {
    if (part === '\n') walk.line += 1;
    else if (/^[,:\]}]$/.test(part)) punctuate(walk, part);
    else if (walk.isKey) enterKey(walk, part);
    else enterValue(walk, part);
  }
  return walk;
}

function punctuate(walk: Walk, part: string): void {
  if (part === '}' || part === ']') walk.stack.pop();
  walk.isKey = part === ',' && nextMember(walk.stack.at(-1));
}

function enterKey(walk: Walk, part: string): void {
  const level = walk.stack.at(-1);
  if (level === undefined) return;
  level.key = JSON.parse(part) as string;
  const path = pathOf(level);
  if (walk.lines.has(path) && walk.twice.length < twiceMax) walk.twice.push({ path, line: walk.line });
  walk.lines.set(path, walk.line);
}

function enterValue(walk: Walk, part: string): void {
  const path = pathOf(walk.stack.at(-1));
  if (!walk.lines.has(path)) walk.lines.set(path, walk.line);
  walk.isKey = part === '{';
  if (walk.isKey || part === '[') walk.stack.push({ path, index: walk.isKey ? -1 : 0, key: undefined });
}

/** After a comma: the next item of an array, or a key. */
function nextMember(level: Level | undefined): boolean {
  if (level === undefined || level.index === -1) return true;
  level.index += 1;
  return false;
}

function pathOf(level: Level | undefined): string {
  if (level === undefined) return '$';
  return joinPath(level.path, [level.index === -1 ? (level.key ?? '') : level.index]);
}
