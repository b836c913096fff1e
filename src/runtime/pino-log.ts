import { type DestinationStream, pino } from 'pino';
import type { Log, LogFields } from '../shared/ports/log.ts';
import { createPrettyLine } from './pretty-line.ts';
import { printableJson } from './printable.ts';
import { redact, redactText } from './redact.ts';

/** Where a log goes: a stream of the process, or anything that takes lines. */
interface LogStream {
  write(line: string): unknown;
  readonly isTTY?: boolean;
}

export interface PinoLogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly stream: LogStream;
  /** One line for a person instead of JSON; by default where the stream is a terminal. */
  readonly pretty?: boolean;
}

/**
 * The process's log, by pino: a JSON line each, or a line for a person on a terminal. Secrets are taken out by name
 * and by what they look like; nothing that a log line quotes can steer a terminal. Written at once, not buffered, so
 * that the last words of a process that dies are there.
 */
export class PinoLog implements Log {
  readonly #pino: pino.Logger;

  constructor({ level, stream, pretty = stream.isTTY === true }: PinoLogOptions) {
    const prettyLine = createPrettyLine(stream.isTTY === true);
    const destination: DestinationStream = {
      write: (line) => void stream.write(pretty ? prettyLine(line) : printableJson(line)),
    };
    this.#pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  #write(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: LogFields = {}): void {
    if (!this.#pino.isLevelEnabled(level)) return;
    this.#pino[level](redact(withoutOwnNames(fields)), redactText(message));
  }
}

/** Fields named like pino's own would appear twice in the line. */
function withoutOwnNames(fields: LogFields): LogFields {
  const { time, level, msg, ...others } = fields;
  return {
    ...others,
    ...(time === undefined ? {} : { time_: time }),
    ...(level === undefined ? {} : { level_: level }),
    ...(msg === undefined ? {} : { msg_: msg }),
  };
}
