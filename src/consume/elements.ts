import { compileField } from '../shared/field-path.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { type DecodeFailure, failure } from './decode-failure.ts';
import { isObject } from './ecs-fields.ts';
import { parseJson } from './parse-json.ts';

/** The parts of one record that may be an event each: one text, one JSON value, or the elements of an array. */
export type Elements = readonly unknown[];

/** More in one record are refused whole: they would be held in memory all at once. */
export const elementsMax = 100_000;

/**
 * Compiles how a record's text is cut into elements. JSON: an array is its elements, an object with `explode` the
 * elements of that array (the fields around it are those of a file, not of an event); anything else is one element.
 */
export function compileElements(source: SourceConfig): (text: string) => Result<Elements, DecodeFailure> {
  if (source.format !== 'json' && source.unwrap === undefined) return (text) => ok([text]);
  const arrayOf = source.explode === undefined ? undefined : compileField(source.explode);
  return (text) => {
    const parsed = parseJson(text, source.exactNumbers);
    if (!parsed.ok) return parsed;
    const { value } = parsed;
    if (Array.isArray(value)) return bounded(value);
    const exploded = arrayOf !== undefined && isObject(value) ? arrayOf(value) : undefined;
    return Array.isArray(exploded) ? bounded(exploded) : ok([value]);
  };
}

function bounded(elements: Elements): Result<Elements, DecodeFailure> {
  if (elements.length === 0) return fail(failure('empty', 'an array without elements'));
  return elements.length <= elementsMax
    ? ok(elements)
    : fail(failure('too-many-events', `${elements.length} elements; at most ${elementsMax}`));
}
