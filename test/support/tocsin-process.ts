import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** tocsin as a child process, as a user runs it, on the Node this test runs on. */
export class TocsinProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Finished>;
  #out = '';
  #err = '';

  constructor(
    args: readonly string[],
    options: { env?: Record<string, string>; cwd?: string; input?: string | Buffer } = {},
  ) {
    this.#child = spawn(process.execPath, [join(root, 'src', 'main.ts'), ...args], {
      cwd: options.cwd ?? root,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: 'pipe',
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#out += chunk;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#err += chunk;
    });
    // A process that ends before it has read its input is the test's business, not an error of the pipe.
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdin?.end(options.input);
    this.#ended = once(this.#child, 'close').then(([code, signal]) => ({
      code,
      signal,
      out: this.#out,
      err: this.#err,
    }));
  }

  get out(): string {
    return this.#out;
  }

  get err(): string {
    return this.#err;
  }

  /** What it said as JSON, a line each: whole lines only, for the last one may be on its way. */
  get lines(): readonly Record<string, unknown>[] {
    return jsonLines(this.#out);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    if (this.isRunning) this.#child.kill(signal);
    return this.#ended;
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  finished(): Promise<Finished> {
    return this.#ended;
  }

  /** Resolves when the service has its state and goes on from it: that its rules are loaded it says before. */
  up(): Promise<void> {
    return this.says('"msg":"up"');
  }

  /** Resolves when standard output or error holds the text; rejects when the process ends before, with what it said. */
  async says(text: string | RegExp): Promise<void> {
    const found = (): boolean => {
      const all = this.#out + this.#err;
      return typeof text === 'string' ? all.includes(text) : text.test(all);
    };
    while (!found()) {
      if (this.isRunning) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const { code, signal, out, err } = await this.#ended;
      if (!found()) throw new Error(`ended (${code ?? signal}) before it said ${text}:\n${out}\n${err}`);
    }
  }
}

/** JSON lines, those that have come whole. */
export const jsonLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Runs a command to its end. */
export function runTocsin(
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; input?: string | Buffer } = {},
): Promise<Finished> {
  return new TocsinProcess(args, options).finished();
}

/** Polls until the condition holds; the test's own time limit is the only one. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
