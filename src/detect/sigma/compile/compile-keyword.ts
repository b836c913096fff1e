import type { Predicate } from '../../match/compile-condition.ts';
import type { SigmaItem } from '../sigma-rule.ts';
import type { SigmaValue, TextValue } from '../sigma-value.ts';
import { anyRun, isAnyRun, joinParts } from '../text-parts.ts';
import type { CompileContext } from './compile-context.ts';
import { asText, compileScalars } from './compile-scalars.ts';
import { compileTexts } from './compile-texts.ts';
import { textEnd } from './event-texts.ts';
import { foldCase } from './fold-case.ts';

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
  const keywords = texts.map(plainKeyword);
  const plain = keywords.filter((keyword) => keyword !== undefined);
  const others = values.filter((value) => asText(value).length === 0);
  const hasOthers = others.length > 0;
  const testOther = compileScalars(others, context.foldCase);
  const inTexts = textSearch(
    texts.filter((_, index) => keywords[index] === undefined),
    hasOthers,
    testOther,
  );
  const inNumbers = textSearch(texts, hasOthers, testOther);
  const searchesNumbers = hasOthers || texts.some(mayBeInNumber);
  return (fields) => {
    const event = context.readTexts(fields);
    for (const keyword of plain) if (event.joined.includes(keyword)) return true;
    if (inTexts !== undefined && event.texts.some((text, index) => inTexts(text, event.folded[index] ?? '')))
      return true;
    return searchesNumbers && event.others.some((text) => inNumbers?.(text, text) === true);
  };
}

type TextSearch = (text: string, folded: string) => boolean;

/** Undefined where there is nothing to search for. */
function textSearch(
  texts: readonly TextValue[],
  hasOthers: boolean,
  testOther: (value: unknown) => boolean,
): TextSearch | undefined {
  if (texts.length === 0) return hasOthers ? testOther : undefined;
  const testText = compileTexts(texts);
  return hasOthers ? (text, folded) => testText(text, folded) || testOther(text) : testText;
}

/** What is searched in all texts at once: a literal without regard to case, that cannot reach from one text into the next. */
function plainKeyword({ parts, cased }: TextValue): string | undefined {
  const [before, literal, after] = parts;
  if (cased || parts.length !== 3 || typeof literal !== 'string') return undefined;
  return isAnyRun(before) && isAnyRun(after) && !literal.includes(textEnd) ? foldCase(literal) : undefined;
}

const anywhere = (value: TextValue): TextValue => ({
  ...value,
  parts: joinParts([anyRun, ...value.parts, anyRun]),
});

/** Other texts cannot be found in what JavaScript writes for a number, or in `true` and `false`. */
function mayBeInNumber({ parts }: TextValue): boolean {
  return parts.every((part) => typeof part === 'object' || /^[-+.\deinfity]*$|^[truefals]*$/i.test(part));
}
