import type { Predicate } from '../../match/compile-condition.ts';
import type { SigmaItem } from '../sigma-rule.ts';
import type { SigmaValue, TextValue } from '../sigma-value.ts';
import { anyRun, joinParts } from '../text-parts.ts';
import type { CompileContext } from './compile-context.ts';
import { asText, compileScalars } from './compile-scalars.ts';
import { compileTexts } from './compile-texts.ts';

/**
 * Keywords: texts found anywhere in any value of the event (with `startswith` or `endswith`, at that end of a value),
 * patterns and networks in any value. Numbers and truth values are searched as text.
 */
export function compileKeyword(
  item: SigmaItem,
  values: readonly SigmaValue[],
  context: CompileContext,
): Predicate {
  const isAnchored = item.modifiers.includes('startswith') || item.modifiers.includes('endswith');
  const texts = values.flatMap(asText).map((value) => (isAnchored ? value : anywhere(value)));
  const test = compileTexts(texts);
  const others = values.filter((value) => asText(value).length === 0);
  const testOther = compileScalars(others, context.foldCase);
  const hasOthers = others.length > 0;
  const searchesNumbers = hasOthers || texts.some(mayBeInNumber);
  return (fields) => {
    const event = context.readTexts(fields);
    for (const [index, text] of event.texts.entries())
      if (test(text, event.folded[index] ?? '') || (hasOthers && testOther(text))) return true;
    if (!searchesNumbers) return false;
    return event.others.some((text) => test(text, text) || (hasOthers && testOther(text)));
  };
}

const anywhere = (value: TextValue): TextValue => ({
  ...value,
  parts: joinParts([anyRun, ...value.parts, anyRun]),
});

/** Other texts cannot be found in what JavaScript writes for a number, or in `true` and `false`. */
function mayBeInNumber({ parts }: TextValue): boolean {
  return parts.every((part) => typeof part === 'object' || /^[-+.\dinfity]*$|^[truefals]*$/i.test(part));
}
