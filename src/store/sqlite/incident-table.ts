import type Database from 'better-sqlite3';
import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentQuery, StoredIncident } from '../../shared/ports/store.ts';
import type { BatchDocuments } from './batch-documents.ts';
import { ManyRows } from './many-rows.ts';

interface LiveRow {
  readonly rule_id: string;
  readonly group_key: string;
  readonly document: string;
  readonly fold: string | null;
}

type PutColumns = readonly [
  id: string,
  version: number,
  status: string,
  ruleId: string,
  groupKey: string,
  lastSeen: string,
  document: string,
  fold: string | null,
  documentId: number | null,
];

/** A document as it was stored, also by a version that did not know every member. */
function readIncident(document: string): Incident {
  const stored = JSON.parse(document) as Omit<Incident, keyof typeof added> & Partial<Incident>;
  return stored.flaps === undefined ? { ...added, ...stored } : (stored as Incident);
}

/** Members that came after the first documents were stored, as they were before anybody could set them. */
const added = { severitySetBy: null, assignee: null, flaps: 0 } as const;

const storedIncident = (row: LiveRow): StoredIncident => ({
  incident: readIncident(row.document),
  ruleId: row.rule_id,
  groupKey: row.group_key,
  fold: row.fold,
});

interface Condition {
  readonly sql: string;
  readonly value: string | number | null;
}

/** A document that does not know a member yet has it as null, or as what it is by default. */
function conditionsOf(asked: Omit<IncidentQuery, 'limit'>): Condition[] {
  const { status, ruleId, since, severity, assignee, shadow } = asked;
  return [
    ...(status === undefined ? [] : [{ sql: 'status = ?', value: status }]),
    ...(ruleId === undefined ? [] : [{ sql: 'rule_id = ?', value: ruleId }]),
    ...(since === undefined ? [] : [{ sql: 'last_seen >= ?', value: since }]),
    ...(severity === undefined ? [] : [{ sql: "document ->> '$.severity' = ?", value: severity }]),
    ...(assignee === undefined ? [] : [{ sql: "document ->> '$.assignee' IS ?", value: assignee }]),
    ...(shadow === undefined ? [] : [{ sql: "document ->> '$.shadow' = ?", value: Number(shadow) }]),
  ];
}

const into =
  'INTO incidents (id, version, status, rule_id, group_key, last_seen, document, fold, document_id)';

/** One at a time: a document that is written is needed no more. */
function* putColumns(incidents: readonly StoredIncident[], documents: BatchDocuments): Generator<PutColumns> {
  for (const { incident, ruleId, groupKey, fold } of incidents) {
    const { id, version, status, lastSeen } = incident;
    const document = documents.textOf(incident);
    const number = documents.numberOf(incident);
    yield [id, version, status, ruleId, groupKey, lastSeen, document, fold, number];
  }
}

/** Incidents as rows: the latest version of each, with what is needed to go on folding into those that are not final. */
export class IncidentTable {
  readonly #db: Database.Database;
  readonly #add;
  readonly #put;
  readonly #live;
  readonly #from;
  readonly #row;
  readonly #keepWhole;
  readonly #dropWhole;

  constructor(db: Database.Database) {
    this.#db = db;
    // SQLite copies each page that a statement writes to if that may have to be taken back by itself. This one need not
    // (a failure takes back the transaction); one that may update sets off triggers, and may.
    this.#add = new ManyRows<PutColumns>(db, {
      into: `INSERT OR FAIL ${into}`,
      columns: 9,
      conflict: 'ON CONFLICT (id) DO NOTHING',
    });
    // Rows of the outbox that refer to a document which is written again, as it was, go on referring to it.
    this.#put = new ManyRows<PutColumns>(db, {
      into: `INSERT ${into}`,
      columns: 9,
      conflict: `ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status,
         last_seen = excluded.last_seen, document = excluded.document, fold = excluded.fold,
         document_id = iif(excluded.document_id IS NULL AND excluded.document = document, document_id,
           excluded.document_id)`,
    });
    this.#live = db.prepare<[], LiveRow>(
      `SELECT rule_id, group_key, document, fold FROM incidents INDEXED BY incidents_live
       WHERE fold IS NOT NULL ORDER BY rule_id, rowid`,
    );
    this.#from = db.prepare<[string], { id: string; document: string }>(
      'SELECT id, document FROM incidents WHERE id >= ? ORDER BY id LIMIT 2',
    );
    this.#row = db.prepare<[string], LiveRow & { readonly whole: string | null }>(
      `SELECT rule_id, group_key, document, fold, whole FROM incidents
       LEFT JOIN wholes ON incident_id = id WHERE id = ?`,
    );
    this.#keepWhole = db.prepare<[string, string]>('INSERT OR REPLACE INTO wholes VALUES (?, ?)');
    this.#dropWhole = db.prepare<[string]>('DELETE FROM wholes WHERE incident_id = ?');
  }

  /** Within the batch's transaction, after its rows of the outbox: those that still refer to another version keep it. */
  put(incidents: readonly StoredIncident[], documents: BatchDocuments): void {
    // Mostly they are new; a first version that is stored again is put in its place with all others.
    const opened = incidents.filter(({ incident }) => incident.version === 1);
    const areNew = this.#add.write(putColumns(opened, documents)) === opened.length;
    const known = areNew ? incidents.filter(({ incident }) => incident.version !== 1) : incidents;
    this.#put.write(putColumns(known, documents));
    for (const { incident, whole } of incidents)
      if (whole === null) this.#dropWhole.run(incident.id);
      else if (whole !== undefined) this.#keepWhole.run(incident.id, whole);
  }

  /** Those that are not final: of each rule in the order in which they were opened. */
  live(): StoredIncident[] {
    return this.#live.all().map(storedIncident);
  }

  row(id: string): StoredIncident | undefined {
    const row = this.#row.get(id);
    if (row === undefined) return undefined;
    return { ...storedIncident(row), ...(row.whole === null ? {} : { whole: row.whole }) };
  }

  query({ limit, ...asked }: IncidentQuery): Incident[] {
    const conditions = conditionsOf(asked);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
    const rows = this.#db
      .prepare<(string | number | null)[], string>(
        `SELECT document FROM incidents ${where} ORDER BY last_seen DESC, id LIMIT ?`,
      )
      .pluck()
      .all(...conditions.map(({ value }) => value), limit);
    return rows.map((document) => readIncident(document));
  }

  /** The incident of that id, or the only one whose id begins so. */
  find(idOrPrefix: string): Incident | undefined {
    const [first, second] = this.#from.all(idOrPrefix);
    if (first === undefined || idOrPrefix === '' || !first.id.startsWith(idOrPrefix)) return undefined;
    const isOnly = first.id === idOrPrefix || second === undefined || !second.id.startsWith(idOrPrefix);
    return isOnly ? readIncident(first.document) : undefined;
  }
}
