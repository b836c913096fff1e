import { isTopicPattern, matchesTopic } from '../bus/topic-pattern.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';

/** Gives the source that a topic belongs to; undefined for a topic that no source reads. */
export type SourceOfTopic = (topic: string) => SourceConfig | undefined;

/**
 * One topic belongs to one source: to the one that names it, else to the first whose pattern matches it. What tocsin
 * writes itself (`written`) belongs to none, or a pattern such as `*` would read its own incidents.
 */
export function compileSourceOfTopic(
  sources: readonly SourceConfig[],
  written: readonly string[] = [],
): SourceOfTopic {
  const own = new Set(written);
  const byName = new Map<string, SourceConfig>();
  const patterns: { readonly pattern: string; readonly source: SourceConfig }[] = [];
  for (const source of sources) {
    for (const topic of source.topics) {
      if (isTopicPattern(topic)) patterns.push({ pattern: topic, source });
      else if (!byName.has(topic)) byName.set(topic, source);
    }
  }
  return (topic) => {
    if (own.has(topic)) return undefined;
    return byName.get(topic) ?? patterns.find(({ pattern }) => matchesTopic(pattern, topic))?.source;
  };
}
