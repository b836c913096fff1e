/** Gives the folded form of a text; equal but for case, equal folded. */
export type FoldCase = (text: string) => string;

/**
 * So many texts, and so many characters of them, are remembered, and then all forgotten: an event's fields are asked for
 * by thousands of rules in a row, and one event's texts fit whatever their length.
 */
const rememberedMax = { texts: 512, characters: 4_000_000 };

/** The Greek sigma has another lower case at the end of a word, which would depend on what follows a part of a text. */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

/** `foldCase` that remembers what it folded last. */
export function createFoldCase(): FoldCase {
  const remembered = new Map<string, string>();
  let characters = 0;
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    if (remembered.size >= rememberedMax.texts || characters >= rememberedMax.characters) {
      remembered.clear();
      characters = 0;
    }
    const folded = foldCase(text);
    remembered.set(text, folded);
    characters += text.length;
    return folded;
  };
}
