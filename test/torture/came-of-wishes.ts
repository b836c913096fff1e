import type { HistoryEntry, Incident } from '../../src/shared/model/incident.ts';
import type { ActionAnswer } from '../../src/shared/model/incident-action.ts';
import type { Asked } from './persons.ts';

/** What came of some wishes; the checks of it are tried on what is changed by these. */
export interface Came {
  readonly asked: readonly Asked[];
  readonly incidents: readonly Incident[];
  readonly kinds: ReadonlyMap<string, string>;
}

/** The same, and one incident's history is another. */
export const rewritten =
  (id: string, rewrite: (history: readonly HistoryEntry[]) => readonly HistoryEntry[]) =>
  (all: Came): Came => ({
    ...all,
    incidents: all.incidents.map((one) => (one.id === id ? { ...one, history: rewrite(one.history) } : one)),
  });

/** Without the steps of that name. */
export const without = (what: HistoryEntry['what']) => (history: readonly HistoryEntry[]) =>
  history.filter((entry) => entry.what !== what);

/** The steps of that name are otherwise. */
export const changed =
  (what: HistoryEntry['what'], members: Partial<HistoryEntry>) => (history: readonly HistoryEntry[]) =>
    history.map((entry) => (entry.what === what ? { ...entry, ...members } : entry));

/** Each step of that name stands twice. */
export const twice = (what: HistoryEntry['what']) => (history: readonly HistoryEntry[]) =>
  history.flatMap((entry) => (entry.what === what ? [entry, entry] : [entry]));

/** The nth wish has another answer. */
export const answered =
  (nth: number, answer: ActionAnswer | undefined) =>
  (all: Came): Came => ({
    ...all,
    asked: all.asked.map((one, at) => (at === nth ? { ...one, answer } : one)),
  });

/** One incident is otherwise. */
export const incident =
  (id: string, members: Partial<Incident>) =>
  (all: Came): Came => ({
    ...all,
    incidents: all.incidents.map((one) => (one.id === id ? { ...one, ...members } : one)),
  });
