import type { RecordHeaders } from '../../shared/model/log-record.ts';

/** Headers as stored: JSON of [name, value in base64] pairs in their order, or null for none. */
export function encodeHeaders(headers: RecordHeaders): string | null {
  if (headers.length === 0) return null;
  return JSON.stringify(headers.map(([name, value]) => [name, Buffer.from(value).toString('base64')]));
}

/** The inverse of `encodeHeaders`. */
export function decodeHeaders(text: string | null): RecordHeaders {
  if (text === null) return [];
  const pairs = JSON.parse(text) as readonly (readonly [string, string])[];
  return pairs.map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
}
