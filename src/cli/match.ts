import type { Command } from 'commander';
import { readPlaceholders } from '../config/sigma-placeholders.ts';
import { compileDecoder, type Decoder } from '../consume/decode-record.ts';
import { compileMatcher, type Matcher } from '../detect/match/matcher.ts';
import type { LogRecord } from '../shared/model/log-record.ts';
import type { CommandContext } from './command-context.ts';
import { addEventOptions, type EventOptions, sourceFromOptions } from './event-options.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { loadOperators } from './load-operators.ts';
import { compileFaultLine, rulesOrComplain } from './load-rules.ts';
import { readLines } from './read-lines.ts';
import { complain } from './terminal.ts';

interface MatchOptions extends EventOptions {
  readonly rules: readonly string[];
  readonly operators?: string;
  readonly placeholders?: string;
  readonly stats?: boolean;
}

/** `tocsin match`: which rules match which line; no windows, no state. */
export function registerMatch(program: Command, context: CommandContext): void {
  const command = program
    .command('match [files...]')
    .description('say which rules match which line of stored events (files, .gz too, or standard input)')
    .requiredOption('-r, --rules <paths...>', 'rule files or folders')
    .option('--operators <module>', 'a module that exports more operators, each a function')
    .option(
      '--placeholders <file>',
      "values of the placeholders in Sigma's rules: {name: [values]}, YAML or JSON",
    )
    .option('--stats', 'events, seconds and events a second on standard error');
  addEventOptions(command).action(
    context.act((files: string[], options: MatchOptions) =>
      matchFiles(files.length === 0 ? ['-'] : files, options, context),
    ),
  );
}

async function matchFiles(
  files: readonly string[],
  options: MatchOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const placeholders =
    options.placeholders === undefined ? undefined : readPlaceholders(options.placeholders);
  if (placeholders?.ok === false) {
    complain(terminal, placeholders.failure);
    return exitCode.usage;
  }
  const operators =
    options.operators === undefined ? {} : await loadOperators(options.operators, context.cwd);
  const rules = rulesOrComplain(terminal, options.rules, {
    operators,
    ...(placeholders === undefined ? {} : { placeholders: placeholders.value }),
  });
  if (rules.length === 0) return exitCode.usage;
  const source = sourceFromOptions('match', options);
  const { matcher, faults } = compileMatcher(
    rules.map(({ rule }) => rule),
    {
      operators,
      sources: [source],
      onError: (ruleId, error) => complain(terminal, `rule ${ruleId}: ${String(error)}`),
    },
  );
  for (const fault of faults) complain(terminal, compileFaultLine(fault, rules));
  const matching: Matching = {
    matcher,
    decoder: compileDecoder(source),
    writer: new LineWriter(terminal.out),
  };
  const startedMs = performance.now();
  let events = 0;
  for (const file of files) events += await matchFile(file, { ...matching, named: files.length > 1 });
  await matching.writer.flush();
  if (options.stats) {
    const seconds = (performance.now() - startedMs) / 1000;
    complain(terminal, `${events} events, ${seconds.toFixed(3)} s, ${Math.round(events / seconds)} events/s`);
  }
  return exitCode.well;
}

interface Matching {
  readonly matcher: Matcher;
  readonly decoder: Decoder;
  readonly writer: LineWriter;
}

async function matchFile(
  file: string,
  { matcher, decoder, writer, named }: Matching & { named: boolean },
): Promise<number> {
  let events = 0;
  for await (const { firstLine, lines } of readLines(file)) {
    for (const [index, line] of lines.entries()) {
      if (line.length === 0) continue;
      const decoded = decoder.decode(lineRecord(line, firstLine + index), 0);
      const found = decoded.ok ? decoded.value : decoded.failure.events;
      events += found.length;
      const rules = [...new Set(found.flatMap((event) => matcher.match(event).map((match) => match.ruleId)))];
      if (rules.length === 0) continue;
      writer.write(JSON.stringify({ line: firstLine + index, ...(named ? { file } : {}), rules }));
    }
    await writer.flush();
  }
  return events;
}

const lineRecord = (value: Buffer, line: number): LogRecord => ({
  topic: 'match',
  partition: 0,
  offset: line - 1,
  key: null,
  value,
  headers: [],
  timestampMs: 0,
});

/** Gathers lines and writes them in large pieces, waiting where the reader is slower. Holds what one batch of lines yields. */
class LineWriter {
  readonly #out: NodeJS.WritableStream;
  #lines: string[] = [];

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  write(line: string): void {
    this.#lines.push(line);
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    if (!this.#out.write(text)) await new Promise((resolve) => this.#out.once('drain', resolve));
  }
}
