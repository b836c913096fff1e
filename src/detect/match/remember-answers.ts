import type { TestText } from './regular-expression.ts';

/** Texts remembered in each of two generations: some 300 kB a pattern at most. */
const generationMax = 2_048;
/** Longer texts hardly repeat. */
const textLengthMax = 128;
/** So many texts are judged before it is decided whether remembering pays. */
const trialLength = 8_192;
/** Below this share of repeats remembering costs more than it saves ... */
const payingShare = 0.2;
/** ... and rests for so many texts, until the next trial. */
const restLength = 262_144;

/**
 * The same test, with a memory: fields such as names and addresses repeat in logs, and a look-up costs a tenth of a
 * regular expression. Past its bound the older half of the memory is forgotten; where texts do not repeat it rests.
 */
export function rememberAnswers(test: TestText): TestText {
  let young = new Map<string, boolean>();
  let old = new Map<string, boolean>();
  let asked = 0;
  let repeats = 0;
  let resting = 0;
  const judge = (): void => {
    if (repeats < trialLength * payingShare) {
      resting = restLength;
      young = new Map();
      old = new Map();
    }
    asked = 0;
    repeats = 0;
  };
  const keep = (text: string, answer: boolean): void => {
    if (young.size >= generationMax) {
      old = young;
      young = new Map();
    }
    young.set(text, answer);
  };
  return (text) => {
    if (resting > 0 || text.length > textLengthMax) {
      if (resting > 0) resting -= 1;
      return test(text);
    }
    asked += 1;
    if (asked > trialLength) judge();
    const known = young.get(text);
    if (known !== undefined) {
      repeats += 1;
      return known;
    }
    const older = old.get(text);
    if (older !== undefined) repeats += 1;
    const answer = older ?? test(text);
    keep(text, answer);
    return answer;
  };
}
