import { isTopicPattern, matchesTopic } from '../bus/topic-pattern.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';

/**
 * The source that a topic belongs to: the one that names it, else the first with a pattern that matches it; undefined
 * where no source reads the topic. One topic belongs to one source.
 */
export function sourceOfTopic(topic: string, sources: readonly SourceConfig[]): SourceConfig | undefined {
  const isNamed = (source: SourceConfig): boolean =>
    source.topics.some((written) => !isTopicPattern(written) && written === topic);
  const isMatched = (source: SourceConfig): boolean =>
    source.topics.some((written) => isTopicPattern(written) && matchesTopic(written, topic));
  return sources.find(isNamed) ?? sources.find(isMatched);
}
