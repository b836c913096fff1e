import type { HistoryEntry, Incident } from '../../src/shared/model/incident.ts';
import { severities } from '../../src/shared/model/severity.ts';
import { statusBy } from './status-by-history.ts';

const noteOf = (id: string): string => `from ${id}, which is part of it`;

const givenBackNoteOf = (id: string): string => `had from ${id}, which was part of it`;

/** What an incident has of another that is part of it: the other's history, its assignee, its severity; and what of it went again. */
export const isInherited = (entry: HistoryEntry): boolean =>
  entry.of !== undefined || /^from \S+, which is part of it$/.test(entry.note ?? '') || isGivenBack(entry);

const isGivenBack = ({ note = '' }: HistoryEntry): boolean =>
  /^had from \S+, which was part of it$/.test(note);

/** The newest so many steps of persons come along. */
const borrowedMax = 20;
/** A history as long as this may have lost what is looked for. */
const historyMax = 200;

type Entries = readonly HistoryEntry[];

export const isCut = (history: Entries): boolean => history.length >= historyMax;

/**
 * An incident that took in another by a person's wish has from it what docs/incidents.md ("Merging") says, no more and no
 * less: what persons did to it, its assignee where it has none, its severity where that is higher and nobody set its own.
 * Where they took it out again, assignee and severity went, too, unless somebody had changed them since.
 */
export function heirFaults(incident: Incident, byId: ReadonlyMap<string, Incident>): readonly string[] {
  const { id, history } = incident;
  const parts = history.flatMap(({ what, from }) =>
    what === 'absorbed' ? (byId.get(from ?? '') ?? []) : [],
  );
  if ([incident, ...parts].some((one) => isCut(one.history))) return [];
  const expected = history.flatMap((entry, at) => {
    if (entry.of !== undefined) return [];
    if (entry.what === 'released') return givenBack(entry, history.slice(0, at));
    if (entry.what !== 'absorbed') return [];
    const part = byId.get(entry.from ?? '');
    const mergedAt =
      part?.history.findIndex(
        ({ what, to, of, note }) => what === 'merged' && to === id && of === undefined && note === entry.note,
      ) ?? -1;
    if (part === undefined || mergedAt < 0) return [];
    const then = part.history.slice(0, mergedAt);
    return [
      ...borrowed(part.id, then),
      ...heirlooms(entry, {
        part: standing(part, then),
        own: standing(incident, history.slice(0, at)),
      }),
    ];
  });
  const found = history.filter((entry) => isInherited(entry) && entry.who !== 'tocsin');
  const [should, does] = [expected, found].map((list) => JSON.stringify(list.map(inOneOrder)));
  return should === does ? [] : [`${id}: should have inherited ${should}, its history says ${does}`];
}

function borrowed(id: string, history: Entries): Entries {
  const persons = history.filter(({ who }) => who !== 'tocsin').slice(-borrowedMax);
  return persons.map(({ version: _, ...entry }) => ({ ...entry, of: entry.of ?? id }));
}

interface Standing {
  readonly assignee: string | null;
  readonly severity: string;
  readonly isRated: boolean;
}

/** What an incident was after the first part of its history. */
function standing({ severity, history }: Incident, then: Entries): Standing {
  const own = (entries: Entries, step: HistoryEntry['what']): Entries =>
    entries.filter(({ what, of }) => what === step && of === undefined);
  const rated = own(then, 'severity-changed').at(-1);
  const later = own(history.slice(then.length), 'severity-changed')[0];
  return {
    assignee: own(then, 'assigned').at(-1)?.to ?? null,
    severity: rated?.to ?? later?.from ?? severity,
    isRated: rated !== undefined && !isGivenBack(rated),
  };
}

function heirlooms(
  { time, who, version, from }: HistoryEntry,
  { part, own }: { readonly part: Standing; readonly own: Standing },
): Entries {
  const said = { time, who, note: noteOf(from ?? ''), ...(version === undefined ? {} : { version }) };
  const rank = (severity: string): number => (severities as readonly string[]).indexOf(severity);
  const isAssigned = own.assignee === null && part.assignee !== null;
  const isRaised = !own.isRated && rank(part.severity) > rank(own.severity);
  return [
    ...(isAssigned ? [{ ...said, what: 'assigned', from: null, to: part.assignee } as const] : []),
    ...(isRaised
      ? [{ ...said, what: 'severity-changed', from: own.severity, to: part.severity } as const]
      : []),
  ];
}

/** What had come with a part leaves with it where it is the last that was said of it. */
function givenBack({ time, who, version, from }: HistoryEntry, then: Entries): Entries {
  const own = then.filter(({ of }) => of === undefined);
  const absorbedAt = own.findLastIndex((entry) => entry.what === 'absorbed' && entry.from === from);
  const inherited = (what: HistoryEntry['what']): HistoryEntry | undefined => {
    const last = own.slice(absorbedAt).findLast((entry) => entry.what === what);
    return last?.note === noteOf(from ?? '') ? last : undefined;
  };
  const said = {
    time,
    who,
    note: givenBackNoteOf(from ?? ''),
    ...(version === undefined ? {} : { version }),
  };
  const assigned = inherited('assigned');
  const raised = statusBy(then) === 'resolved' ? undefined : inherited('severity-changed');
  return [
    ...(assigned === undefined
      ? []
      : [{ ...said, what: 'assigned', from: assigned.to ?? null, to: null } as const]),
    ...(raised === undefined
      ? []
      : [
          {
            ...said,
            what: 'severity-changed',
            from: raised.to ?? null,
            to: raised.from ?? null,
          } as const,
        ]),
  ];
}

const inOneOrder = ({ time, what, who, version, note, from, to, of }: HistoryEntry): HistoryEntry =>
  JSON.parse(JSON.stringify({ time, what, who, version, note, from, to, of })) as HistoryEntry;
