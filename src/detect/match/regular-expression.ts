import { RE2JS, RE2Set } from 're2js';
import { fail, ok, type Result } from '../../shared/result.ts';

/** Longer patterns are refused: matching costs pattern times text, and no rule needs them. */
const patternLengthMax = 10_000;

/** Whether the text contains a match. Linear in the text, whatever the pattern. */
export type TestText = (text: string) => boolean;

/**
 * An RE2 pattern (syntax: https://github.com/google/re2/wiki/Syntax), found anywhere in the text unless anchored.
 * Fails, in the library's words, on what RE2 does not have: look-around, back-references, huge repeats.
 */
export function compileRegularExpression(pattern: string, ignoreCase: boolean): Result<TestText, string> {
  return carefully(pattern, () => {
    const compiled = RE2JS.compile(pattern, flagsOf(ignoreCase));
    return (text) => compiled.test(text);
  });
}

/** The same without anything to test texts with, in a third of the time: a set of patterns parses them one by one. */
export const checkRegularExpression = (pattern: string, ignoreCase: boolean): Result<unknown, string> =>
  carefully(pattern, () => new RE2Set(RE2Set.UNANCHORED, flagsOf(ignoreCase)).add(pattern));

const flagsOf = (ignoreCase: boolean): number => (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);

function carefully<T>(pattern: string, read: () => T): Result<T, string> {
  if (pattern.length > patternLengthMax)
    return fail(`the pattern is longer than ${patternLengthMax} characters`);
  try {
    return ok(read());
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
