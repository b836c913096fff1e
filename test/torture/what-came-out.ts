import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Incident } from '../../src/shared/model/incident.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { forEachRecord } from '../support/kafka/topic-tools.ts';
import { type ComparedFiring, firingId, type WrittenFiring, writtenFiring } from './compared.ts';
import type { TortureWorld } from './torture-world.ts';

/** The events as they stand on the topic: whatever the producers believe, this is what was to be worked on. */
export async function eventsOnTopic({ brokers, topics }: TortureWorld): Promise<readonly LogEvent[]> {
  const events: LogEvent[] = [];
  await forEachRecord(brokers, topics.logs, ({ partition, offset, value }) => {
    const fields = JSON.parse(String(value)) as { time: number };
    const position = { topic: topics.logs, partition, offset, index: 0 };
    const timeOrigin = 'field' as const;
    events.push({
      fields: { ...fields },
      timeMs: fields.time,
      timeOrigin,
      source: 'torture',
      position,
      weight: 1,
    });
  });
  return events;
}

export interface PublishedFirings {
  readonly firings: readonly ComparedFiring[];
  /** Firings that settled in two transactions. */
  readonly doubled: readonly string[];
  /** Records sent again after a kill, with the content and the time of the first: known by them as repeats. */
  readonly repeats: number;
}

/** The settled firings on their topic. A record has the time of its transaction, so a repeat is told from a second firing. */
export async function publishedFirings({ brokers, topics }: TortureWorld): Promise<PublishedFirings> {
  const firings = new Map<string, ComparedFiring>();
  const seen = new Map<string, string>();
  const doubled: string[] = [];
  let repeats = 0;
  await forEachRecord(brokers, topics.firings, ({ value, timestampMs }) => {
    const firing = writtenFiring(JSON.parse(String(value)) as WrittenFiring);
    const id = firingId(firing);
    const content = `${timestampMs} ${JSON.stringify(firing)}`;
    const before = seen.get(id);
    if (before === undefined) firings.set(id, firing);
    else if (before === content) repeats += 1;
    else doubled.push(`${before} | ${content}`);
    seen.set(id, content);
  });
  return { firings: [...firings.values()], doubled, repeats };
}

export interface PublishedVersions {
  /** The last version of each incident: its number and the digest of its document. */
  readonly last: ReadonlyMap<string, { readonly version: number; readonly digest: string }>;
  /** What kind of change each was, by `id:version`. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly versions: number;
  readonly repeats: number;
  readonly faults: readonly string[];
}

/**
 * The versions on the incidents topic. Once repeats are known by their id, each incident has the versions 1, 2, 3, ...
 * in this order, and a repeat is what it repeats, byte by byte.
 */
export async function publishedVersions({ brokers, topics }: TortureWorld): Promise<PublishedVersions> {
  const digests = new Map<string, string[]>();
  const lastSeen = new Map<string, number>();
  const faults: string[] = [];
  const kinds = new Map<string, string>();
  let versions = 0;
  let repeats = 0;
  await forEachRecord(brokers, topics.incidents, ({ key, value, headers }) => {
    const { id, version } = JSON.parse(String(value)) as Incident;
    if (key !== id || headers['ce_id'] !== `${id}:${version}`)
      faults.push(`${id}: version ${version} has key ${key} and ce_id ${headers['ce_id']}`);
    const known = digests.get(id) ?? [];
    digests.set(id, known);
    const digest = digestOf(String(value));
    lastSeen.set(id, version);
    if (version <= known.length) {
      repeats += 1;
      if (known[version - 1] !== digest) faults.push(`${id}: version ${version} came with two contents`);
      return;
    }
    if (version > known.length + 1) faults.push(`${id}: version ${version} came after ${known.length}`);
    known[version - 1] = digest;
    kinds.set(`${id}:${version}`, headers['ce_type']?.split('.')[2] ?? '');
    versions += 1;
  });
  for (const [id, version] of lastSeen)
    if (version !== digests.get(id)?.length)
      faults.push(`${id}: version ${version} stands last on the topic`);
  const last = new Map(
    [...digests].map(([id, known]) => [id, { version: known.length, digest: known.at(-1) ?? '' }] as const),
  );
  return { last, kinds, versions, repeats, faults };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The incidents in the state, and where they disagree with the last versions on the topic. */
export function storedIncidents(
  { state }: TortureWorld,
  published: PublishedVersions,
): { readonly documents: readonly Incident[]; readonly faults: readonly string[] } {
  const db = new Database(state, { readonly: true, fileMustExist: true });
  try {
    const texts = db.prepare<[], string>('SELECT document FROM incidents ORDER BY id').pluck().all();
    const faults: string[] = [];
    const ids = new Set<string>();
    const documents = texts.map((text) => {
      const incident = JSON.parse(text) as Incident;
      const { id, version } = incident;
      ids.add(id);
      const last = published.last.get(id);
      if (last?.version !== version || last.digest !== digestOf(text))
        faults.push(`${id}: version ${version} in the state, version ${last?.version} on the topic`);
      return incident;
    });
    for (const id of published.last.keys())
      if (!ids.has(id)) faults.push(`${id}: on the topic and not in the state`);
    return { documents, faults };
  } finally {
    db.close();
  }
}
