/** The fields of an event. */
export type LoadedEvent = Readonly<Record<string, unknown>>;

/** The same fields below `event`, with names that a JSONPath needs no quotes for. */
export const belowEvent = (fields: LoadedEvent): LoadedEvent => ({
  event: Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.replaceAll('.', '_'), value]),
  ),
});

/** So many events, evenly spread over all of them. */
export function sampleOf(events: readonly LoadedEvent[], count: number): readonly LoadedEvent[] {
  const step = events.length / count;
  return Array.from({ length: count }, (_, at) => events[Math.floor(at * step)] ?? {});
}
