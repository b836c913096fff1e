/** Whether a configured topic is a pattern: `*` stands for any run of characters. */
export const isTopicPattern = (topic: string): boolean => topic.includes('*');

/**
 * Whether a configured topic (a name, or a pattern such as `logs.*`) means this topic of the broker.
 * A pattern never means a broker's internal topic (`__consumer_offsets`).
 */
export function matchesTopic(configured: string, topic: string): boolean {
  if (!isTopicPattern(configured)) return configured === topic;
  if (topic.startsWith('__')) return false;
  return matchesParts(configured.split('*'), topic);
}

/** The first part begins the name, the last ends it, those between occur in order: linear, whatever the pattern. */
function matchesParts(parts: readonly string[], topic: string): boolean {
  const first = parts[0] ?? '';
  const last = parts[parts.length - 1] ?? '';
  if (topic.length < first.length + last.length || !topic.startsWith(first) || !topic.endsWith(last)) {
    return false;
  }
  const end = topic.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = topic.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
