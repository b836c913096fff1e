import type { Config } from '../config/config-model.ts';
import { sourceOfTopic } from '../config/source-of-topic.ts';
import { digest } from '../engine/assemble-engine.ts';
import type { SourceOfTopic } from '../notify/routing/incident-match.ts';
import { compileRoutes } from '../notify/routing/route.ts';
import { Suppressions } from '../notify/routing/suppressions.ts';
import { Telling } from '../notify/telling/telling.ts';
import type { Silence } from '../shared/model/silence.ts';
import type { Store, StoredState } from '../shared/ports/store.ts';

/** Who hears of what and when, from the configuration. Of receivers that rules name it is told by `openPlanner`. */
export function openTelling(config: Config): Telling {
  const sourceOf = rememberedSource(config);
  return new Telling({
    routing: {
      root: config.routes === undefined ? undefined : compileRoutes(config.routes),
      receivers: new Map(Object.entries(config.receivers)),
      notifyOf: () => [],
      sourceOf,
    },
    suppressions: new Suppressions({
      inhibitRules: config.inhibitRules,
      timeIntervals: new Map(Object.entries(config.timeIntervals)),
      maintenance: config.maintenance,
      sourceOf,
    }),
    hash: digest,
  });
}

/** Goes on where the last run left off. The rules must be known by now. */
export function restoreTelling(
  telling: Telling,
  { incidents, telling: stored }: StoredState,
  from: { readonly store: Store & { silences(): readonly Silence[] }; readonly nowMs: number },
): void {
  telling.replaceSilences(from.store.silences());
  telling.restore(stored, {
    incidents: incidents.map(({ incident }) => incident),
    incidentOf: (id) => from.store.incident(id),
    nowMs: from.nowMs,
  });
}

/** The source of each topic, looked up once: there are as many topics as are read. */
function rememberedSource({ sources }: Config): SourceOfTopic {
  const known = new Map<string, string | undefined>();
  return (topic) => {
    if (!known.has(topic)) known.set(topic, sourceOfTopic(topic, sources)?.name);
    return known.get(topic);
  };
}
