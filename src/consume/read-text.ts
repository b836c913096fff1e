import { Buffer, isUtf8 } from 'node:buffer';
import { fail, ok, type Result } from '../shared/result.ts';
import { type DecodeFailure, failure } from './decode-failure.ts';

/** Brokers refuse more than some megabytes; a value beyond this is no log record, and a string has a limit. */
const bytesMax = 64 * 1024 * 1024;

/**
 * The text of a record's value from `start` on, without a byte order mark. Bytes that are no UTF-8 become U+FFFD:
 * ask `isDamaged` whether there were any.
 */
export function readText(value: Uint8Array, start: number): Result<string, DecodeFailure> {
  if (value.byteLength > bytesMax) return fail(failure('too-large', `${value.byteLength} bytes`));
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = bytes.toString('utf8', start);
  return ok(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

/** Whether decoding the value put U+FFFD in the place of bytes that are no UTF-8. Costs nothing where the text is ASCII. */
export const isDamaged = (text: string, value: Uint8Array): boolean =>
  text.includes('\ufffd') && !isUtf8(value);
