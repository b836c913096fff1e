import { RE2JS } from 're2js';
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
  if (pattern.length > patternLengthMax)
    return fail(`the pattern is longer than ${patternLengthMax} characters`);
  try {
    const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return ok((text) => compiled.test(text));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
