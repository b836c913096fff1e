import type { Command } from 'commander';
import type { DecodeFailure } from '../consume/decode-failure.ts';
import { compileDecoder, type Decoder } from '../consume/decode-record.ts';
import { type CompiledMatcher, compileMatcher, type Matcher } from '../detect/match/matcher.ts';
import type { LogEvent } from '../shared/model/log-event.ts';
import type { LogRecord } from '../shared/model/log-record.ts';
import type { Match } from '../shared/model/match.ts';
import { ok, type Result } from '../shared/result.ts';
import type { CommandContext } from './command-context.ts';
import { addEventOptions, type EventOptions, sourceFromOptions } from './event-options.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { compileFaultLine, rulesOrComplain } from './load-rules.ts';
import { readLines } from './read-lines.ts';
import { cacheOption } from './rule-caches.ts';
import {
  addModuleOptions,
  namesOption,
  namesOrComplain,
  placeholdersOption,
  type RuleNameOptions,
} from './rule-names.ts';
import { rulesOption } from './rules-option.ts';
import { complain, jsonLine, printable } from './terminal.ts';
import { UnreadLines } from './unread-lines.ts';

interface MatchOptions extends EventOptions, RuleNameOptions {
  readonly rules: readonly string[];
  readonly events?: boolean;
  readonly stats?: boolean;
}

/** `tocsin match`: which rules match which line; no windows, no state. */
export function registerMatch(program: Command, context: CommandContext): void {
  const command = program
    .command('match [files...]')
    .description('say which rules match which line of stored events (files, .gz too, or standard input)')
    .addOption(rulesOption('a rule file or folder').makeOptionMandatory())
    .option(...namesOption)
    .option(...placeholdersOption)
    .option(...cacheOption)
    .option(
      '--events',
      'also what json-rules-engine would emit: the event of each rule, facts in its params replaced',
    )
    .option('--stats', 'events, seconds and events a second on standard error');
  addEventOptions(addModuleOptions(command)).action(
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
  const named = await namesOrComplain(options, context);
  if (named === undefined) return exitCode.usage;
  const rules = rulesOrComplain(terminal, options.rules, named);
  if (rules.length === 0) return exitCode.usage;
  const source = sourceFromOptions('match', options);
  const onError = (ruleId: string, error: unknown): void =>
    complain(terminal, printable(`rule ${ruleId}: ${String(error)}`));
  const { matcher, faults, fillEvent } = compileMatcher(
    rules.map(({ rule }) => rule),
    {
      ...named,
      sources: [source],
      onError,
    },
  );
  for (const fault of faults) complain(terminal, compileFaultLine(fault, rules));
  const matching: Matching = {
    matcher,
    decoder: compileDecoder(source),
    writer: new LineWriter(terminal.out),
    unread: new UnreadLines(terminal),
    // Only what is emitted holds text of the log; other lines hold none, and there may be millions.
    toLine: options.events === true ? jsonLine : JSON.stringify,
    ...(options.events === true ? { emitted: emitter(fillEvent, onError) } : {}),
  };
  const startedMs = performance.now();
  let events = 0;
  for (const file of files) events += await matchFile(file, { ...matching, named: files.length > 1 });
  await matching.writer.flush();
  matching.unread.end();
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
  readonly unread: UnreadLines;
  toLine(value: object): string;
  /** What rules in the library's own form emit for these matches. */
  readonly emitted?: (matches: readonly Match[]) => Promise<{ readonly events: readonly object[] }>;
}

/** An event whose facts cannot be had is told of, and left out: that the rule matches is known all the same. */
function emitter(
  fillEvent: CompiledMatcher['fillEvent'],
  onError: (ruleId: string, error: unknown) => void,
): NonNullable<Matching['emitted']> {
  const emit = async (match: Match): Promise<object[]> => {
    try {
      const event = await fillEvent(match);
      return event === undefined ? [] : [{ rule: match.ruleId, ...event }];
    } catch (error) {
      onError(match.ruleId, error);
      return [];
    }
  };
  return async (matches) => ({ events: (await Promise.all(matches.map(emit))).flat() });
}

async function matchFile(
  file: string,
  { matcher, decoder, writer, unread, emitted, toLine, named }: Matching & { named: boolean },
): Promise<number> {
  let events = 0;
  for await (const { firstLine, lines } of readLines(file)) {
    const decode = (index: number): readonly LogEvent[] => {
      const decoded = decodeLine(decoder, lines[index], firstLine + index);
      if (decoded.ok) return decoded.value;
      unread.add(`${named ? `${file}: ` : ''}line ${firstLine + index}`, decoded.failure);
      return decoded.failure.events;
    };
    // What has to be asked about events takes time, and is asked about many at once; else each line dies young.
    const decoded = matcher.prepare === undefined ? undefined : lines.map((_, index) => decode(index));
    if (decoded !== undefined) await matcher.prepare?.(decoded.flat());
    for (let index = 0; index < lines.length; index += 1) {
      const found = decoded?.[index] ?? decode(index);
      events += found.length;
      const matches = found.flatMap((event) => matcher.match(event));
      if (matches.length === 0) continue;
      const told = (await emitted?.(matches)) ?? {};
      const place = { line: firstLine + index, ...(named ? { file } : {}) };
      writer.write(toLine({ ...place, rules: rulesOf(matches), ...told }));
    }
    await writer.flush();
  }
  return events;
}

/** A record may hold several events, and a rule match several of them. */
const rulesOf = (matches: readonly Match[]): readonly string[] => [
  ...new Set(matches.map(({ ruleId }) => ruleId)),
];

function decodeLine(
  decoder: Decoder,
  line: Buffer | undefined,
  number: number,
): Result<readonly LogEvent[], DecodeFailure> {
  return line === undefined || line.length === 0 ? ok([]) : decoder.decode(lineRecord(line, number), 0);
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
