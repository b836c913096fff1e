import { type logCreator, logLevel } from 'kafkajs';
import type { Log, LogFields } from '../../shared/ports/log.ts';

/** Told of each error that kafkajs logs: that is how it first says that a broker is away. */
export type OnTrouble = (reason: string) => void;

/** Warnings of kafkajs that speak of what was decided here on purpose (see KafkaRecordSink on retries). */
const knownNoise = ['Limiting retries for the idempotent producer'];

/**
 * Leads kafkajs's log into ours. Nearly all of it goes to `debug`: during an outage kafkajs writes several errors a
 * second, and `Outage` says the same in one plain line. What it will not repeat (skipped offsets) stays a warning.
 */
export function kafkaLogCreator(log: Log, onTrouble: OnTrouble): logCreator {
  return () =>
    ({ namespace, level, log: entry }) => {
      const { message } = entry;
      if (knownNoise.some((noise) => message.startsWith(noise))) return;
      const text = `kafkajs ${namespace}: ${message}`;
      if (level === logLevel.ERROR && message.startsWith('Offset out of range')) {
        log.warn(text, fieldsOf(entry));
        return;
      }
      if (level === logLevel.ERROR) onTrouble(reasonOf(entry));
      log.debug(text, fieldsOf(entry));
    };
}

/** Stacks and requests are left out: they are long, and a request may hold records. */
function fieldsOf(entry: Readonly<Record<string, unknown>>): LogFields {
  const kept = ['broker', 'error', 'groupId', 'topic', 'partition', 'retryCount', 'retryTime'];
  return Object.fromEntries(kept.filter((name) => name in entry).map((name) => [name, entry[name]]));
}

/** Of a request that was refused the message names the request alone, and the error says why. */
function reasonOf(entry: Readonly<Record<string, unknown>>): string {
  const { error } = entry;
  const said = String(entry['message'] ?? '');
  const message = typeof error === 'string' && !said.includes(error) ? `${said}: ${error}` : said;
  return typeof entry['broker'] === 'string' ? `${message} (${entry['broker']})` : message;
}
