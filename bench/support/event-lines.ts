/** Lines of a file of events that stays bytes until a line is asked for, as records from a broker do. */
export class EventLines {
  readonly #bytes: Buffer;
  readonly #starts: readonly number[];

  constructor(bytes: Buffer) {
    const starts = [0];
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
    if (starts.at(-1) !== bytes.length) starts.push(bytes.length + 1);
    this.#bytes = bytes;
    this.#starts = starts;
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  line(at: number): string {
    return this.#bytes.toString('utf8', this.#starts[at] ?? 0, (this.#starts[at + 1] ?? 1) - 1);
  }
}

/** The lines of a file of events, one after the other. */
export function* linesOf(bytes: Buffer): Iterable<string> {
  const lines = new EventLines(bytes);
  for (let at = 0; at < lines.length; at += 1) yield lines.line(at);
}
