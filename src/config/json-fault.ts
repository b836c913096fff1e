/** Where a text stops being JSON, both counted from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** The same place as an offset into the text. */
  readonly at: number;
  /** What should have stood there. */
  readonly awaited: State;
}

const token =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;

type State = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'done';

/**
 * Where the first fault of a text stands that is no JSON; undefined where none is found. `JSON.parse` often does not
 * say, and quotes the text around it, which may hold a secret.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const stack: ('{' | '[')[] = [];
  let state: State = 'value';
  let at = 0;
  while (true) {
    token.lastIndex = at;
    const found = token.exec(text);
    const start = skipSpace(text, at);
    if (found === null)
      return state === 'done' && start === text.length ? undefined : place(text, start, state);
    const next = step(state, { mark: found[1], isText: found[2] !== undefined, stack });
    if (next === undefined) return place(text, start, state);
    state = next;
    at = token.lastIndex;
  }
}

interface Token {
  readonly mark: string | undefined;
  readonly isText: boolean;
  readonly stack: ('{' | '[')[];
}

/** The state after a token; undefined where the token may not stand there. */
function step(state: State, { mark, isText, stack }: Token): State | undefined {
  if (mark === undefined) return afterScalar(state, isText, stack);
  if (mark === '{' || mark === '[') return afterOpening(state, mark, stack);
  if (mark === ':') return state === 'colon' ? 'value' : undefined;
  return mark === ',' ? afterComma(state, stack) : afterClosing(state, mark, stack);
}

function afterComma(state: State, stack: Token['stack']): State | undefined {
  if (state !== 'comma-or-end') return undefined;
  return stack.at(-1) === '{' ? 'key' : 'value';
}

function afterOpening(state: State, mark: '{' | '[', stack: Token['stack']): State | undefined {
  if (state !== 'value' && state !== 'value-or-end') return undefined;
  stack.push(mark);
  return mark === '{' ? 'key-or-end' : 'value-or-end';
}

function afterScalar(state: State, isText: boolean, stack: Token['stack']): State | undefined {
  if (state === 'value' || state === 'value-or-end') return stack.length === 0 ? 'done' : 'comma-or-end';
  return isText && (state === 'key' || state === 'key-or-end') ? 'colon' : undefined;
}

function afterClosing(state: State, mark: string, stack: Token['stack']): State | undefined {
  const opened = mark === '}' ? '{' : '[';
  const isEmpty = state === (mark === '}' ? 'key-or-end' : 'value-or-end');
  if (stack.at(-1) !== opened || (state !== 'comma-or-end' && !isEmpty)) return undefined;
  stack.pop();
  return stack.length === 0 ? 'done' : 'comma-or-end';
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}

function place(text: string, at: number, awaited: State): JsonFault {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n'), at, awaited };
}
