import type { IncidentChange, IncidentChangeKind } from '../shared/model/incident-change.ts';
import type { StoredIncident } from '../shared/ports/store.ts';
import type { GroupIncidents } from './group-incidents.ts';
import type { HeardOfParts, PartNews } from './parts-news.ts';
import { hasLiveParts } from './whole.ts';

/** What one call has made so far. */
export interface Made {
  readonly changes: IncidentChange[];
  readonly stored: StoredIncident[];
}

/**
 * Where the incidents are that have parts which may still change: parts are of other groups, and say what becomes of
 * them by the other's id. As large as what persons merged and is not final yet.
 */
export class Heads {
  readonly #groups = new Map<string, GroupIncidents>();

  /** Looks at a group that was restored, or that persons or firings have changed. */
  follow(state: GroupIncidents): void {
    for (const { id, whole } of state.announced)
      if (whole !== null && hasLiveParts(whole)) this.#groups.set(id, state);
  }

  /**
   * What is to be heard, by group; a batch makes one version of each incident, so what was made of them already is
   * taken back, to be made again with what they hear.
   */
  hearing(
    news: readonly PartNews[],
    made: Made,
  ): ReadonlyMap<GroupIncidents, ReadonlyMap<string, HeardOfParts>> {
    const byGroup = new Map<GroupIncidents, Map<string, HeardOfParts>>();
    for (const [head, ofIt] of Map.groupBy(news, (one) => one.head)) {
      const state = this.#groups.get(head);
      if (state === undefined) continue;
      const heard = byGroup.get(state) ?? new Map<string, HeardOfParts>();
      byGroup.set(state, heard.set(head, { news: ofIt, earlier: takeBack(head, state, made) }));
    }
    return byGroup;
  }

  /** Forgets those whose parts are all final. */
  release(state: GroupIncidents, ids: Iterable<string>): void {
    for (const id of ids) {
      const whole = state.announced.find((one) => one.id === id)?.whole ?? null;
      if (!hasLiveParts(whole)) this.#groups.delete(id);
    }
  }
}

/** What was to be told of it; null: nothing. Its number is free again then. */
function takeBack(id: string, state: GroupIncidents, { changes, stored }: Made): IncidentChangeKind | null {
  const row = stored.findIndex(({ incident }) => incident.id === id);
  if (row >= 0) stored.splice(row, 1);
  const index = changes.findIndex(({ incident }) => incident.id === id);
  if (index < 0) return null;
  const [change] = changes.splice(index, 1);
  state.announced = state.announced.map((one) =>
    one.id === id ? { ...one, incident: { ...one.incident, version: one.incident.version - 1 } } : one,
  );
  return change?.kind ?? null;
}
