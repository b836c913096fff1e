import { type LoadRulesOptions, loadRulesInSteps } from '../config/rule-files.ts';
import type { LoadedRule } from '../config/rule-read.ts';
import type { Steps } from '../shared/steps.ts';
import type { GoodText, RecalledText } from './good-texts.ts';

/** Rules that run, and what they were read from. */
export interface RulesWithTexts {
  readonly loaded: readonly LoadedRule[];
  /** The texts, by file, that change what rules of other files mean, as they were last without fault. */
  readonly linking: ReadonlyMap<string, string>;
  /** By rule: the SHA-256 of the text that it was read from. */
  readonly textOf: ReadonlyMap<string, string>;
}

/** The texts that such rules were read from. `digests`: those of all files as they are. */
export function goodTextsOf(
  { loaded, linking, textOf }: RulesWithTexts,
  digests: ReadonlyMap<string, string>,
): readonly GoodText[] {
  const texts = new Map<string, GoodText & { readonly ids: string[] }>();
  const textAt = (file: string, digest: string, isLinking: boolean): string[] => {
    const key = `${digest} ${file}`;
    const text = texts.get(key) ?? { file, digest, ids: [], isLinking };
    texts.set(key, text);
    return text.ids;
  };
  for (const file of linking.keys()) textAt(file, digests.get(file) ?? '', true);
  for (const { rule } of loaded) textAt(rule.origin.file, textOf.get(rule.id) ?? '', false).push(rule.id);
  return [...texts.values()];
}

/**
 * The rules that ran from these texts before this process did, read from them once more: beside all other files as they are
 * now, since rules name rules of other files.
 */
export function* recallRules(
  texts: readonly RecalledText[],
  paths: readonly string[],
  options: LoadRulesOptions,
): Steps<RulesWithTexts> {
  const loaded: LoadedRule[] = [];
  const textOf = new Map<string, string>();
  const linking = new Map(texts.flatMap(({ file, text, isLinking }) => (isLinking ? [[file, text]] : [])));
  for (const layer of layersOf(texts)) {
    const layered = new Map([...linking, ...[...layer].map(([file, { text }]) => [file, text] as const)]);
    const { rules } = yield* loadRulesInSteps(paths, { ...options, texts: layered });
    for (const each of rules) {
      const text = layer.get(each.rule.origin.file);
      if (text === undefined || !text.ids.includes(each.rule.id)) continue;
      loaded.push(each);
      textOf.set(each.rule.id, text.digest);
    }
  }
  return { loaded, linking, textOf };
}

/** Several versions of a file are read one after another, each with the others' only version. */
function layersOf(texts: readonly RecalledText[]): readonly ReadonlyMap<string, RecalledText>[] {
  const layers: Map<string, RecalledText>[] = [];
  for (const text of texts) {
    const layer = layers.find((each) => !each.has(text.file));
    if (layer === undefined) layers.push(new Map([[text.file, text]]));
    else layer.set(text.file, text);
  }
  return layers;
}
