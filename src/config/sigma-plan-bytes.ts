import type { IndexPlan } from '../detect/sigma/index/index-plan.ts';
import type { KeptPlan } from '../detect/sigma/index/plan-index.ts';

/** What stands first, as the machine orders bytes: another machine reads another number. */
const mark = 0x0102_0304;
const wordBytes = 4;

/** What is no array of numbers, and how many numbers there are in each of these. */
interface Described extends Pick<IndexPlan, 'places' | 'texts' | 'always'> {
  readonly keys: readonly string[];
  readonly lengths: readonly number[];
}

/** A plan as bytes: the mark, the length of a text of JSON, the JSON, filled up with blanks, and the numbers. */
export function planBytes({ keys, plan }: KeptPlan): Uint8Array {
  const { places, texts, always, placeOf, code, starts, clauses, clauseStarts } = plan;
  const numbers = [placeOf, code, starts, clauses, clauseStarts];
  const described: Described = { keys, places, texts, always, lengths: numbers.map(({ length }) => length) };
  const json = new TextEncoder().encode(JSON.stringify(described));
  const jsonBytes = Math.ceil(json.length / wordBytes) * wordBytes;
  const size = numbers.reduce((sum, { byteLength }) => sum + byteLength, 2 * wordBytes + jsonBytes);
  const bytes = new Uint8Array(size).fill(0x20);
  new Uint32Array(bytes.buffer, 0, 2).set([mark, jsonBytes]);
  bytes.set(json, 2 * wordBytes);
  let at = 2 * wordBytes + jsonBytes;
  for (const each of numbers) {
    bytes.set(new Uint8Array(each.buffer, each.byteOffset, each.byteLength), at);
    at += each.byteLength;
  }
  return bytes;
}

/** The plan that these bytes are; undefined where another kind of machine wrote them. They must be what was written. */
export function planOfBytes(written: Uint8Array): KeptPlan | undefined {
  // The numbers are views of a copy, which begins where numbers may begin.
  const { buffer } = new Uint8Array(written);
  const [first, jsonBytes = 0] = new Uint32Array(buffer, 0, 2);
  if (first !== mark) return undefined;
  const json = new TextDecoder().decode(new Uint8Array(buffer, 2 * wordBytes, jsonBytes));
  const { keys, places, texts, always, lengths } = JSON.parse(json) as Described;
  let at = 2 * wordBytes + jsonBytes;
  const [placeOf = none, code = none, starts = none, clauses = none, clauseStarts = none] = lengths.map(
    (length) => {
      const numbers = new Int32Array(buffer, at, length);
      at += numbers.byteLength;
      return numbers;
    },
  );
  return { keys, plan: { places, texts, always, placeOf, code, starts, clauses, clauseStarts } };
}

const none = new Int32Array(0);
