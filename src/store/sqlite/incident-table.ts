import type Database from 'better-sqlite3';
import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentQuery, StoredIncident } from '../../shared/ports/store.ts';

interface LiveRow {
  readonly rule_id: string;
  readonly group_key: string;
  readonly document: string;
  readonly fold: string;
}

/** A document as it was stored, also by a version that did not know every member. */
function readIncident(document: string): Incident {
  const stored = JSON.parse(document) as Omit<Incident, keyof typeof added> & Partial<Incident>;
  return stored.flaps === undefined ? { ...added, ...stored } : (stored as Incident);
}

/** Members that came after the first documents were stored, as they were before anybody could set them. */
const added = { severitySetBy: null, assignee: null, flaps: 0 } as const;

/** Incidents as rows: the latest version of each, with what is needed to go on folding into those that are not final. */
export class IncidentTable {
  readonly #db: Database.Database;
  readonly #put;
  readonly #live;
  readonly #from;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#put = db.prepare<[string, number, string, string, string, string, string, string | null]>(
      `INSERT INTO incidents (id, version, status, rule_id, group_key, last_seen, document, fold)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status,
         last_seen = excluded.last_seen, document = excluded.document, fold = excluded.fold`,
    );
    this.#live = db.prepare<[], LiveRow>(
      'SELECT rule_id, group_key, document, fold FROM incidents WHERE fold IS NOT NULL ORDER BY id',
    );
    this.#from = db.prepare<[string], { id: string; document: string }>(
      'SELECT id, document FROM incidents WHERE id >= ? ORDER BY id LIMIT 2',
    );
  }

  put({ incident, ruleId, groupKey, fold }: StoredIncident): void {
    const { id, version, status, lastSeen } = incident;
    this.#put.run(id, version, status, ruleId, groupKey, lastSeen, JSON.stringify(incident), fold);
  }

  /** Those that are not final. */
  live(): StoredIncident[] {
    return this.#live.all().map((row) => ({
      incident: readIncident(row.document),
      ruleId: row.rule_id,
      groupKey: row.group_key,
      fold: row.fold,
    }));
  }

  query({ status, ruleId, limit }: IncidentQuery): Incident[] {
    const asked = [
      ...(status === undefined ? [] : [{ column: 'status', value: status }]),
      ...(ruleId === undefined ? [] : [{ column: 'rule_id', value: ruleId }]),
    ];
    const where =
      asked.length === 0 ? '' : `WHERE ${asked.map(({ column }) => `${column} = ?`).join(' AND ')}`;
    const rows = this.#db
      .prepare<(string | number)[], string>(
        `SELECT document FROM incidents ${where} ORDER BY last_seen DESC, id LIMIT ?`,
      )
      .pluck()
      .all(...asked.map(({ value }) => value), limit);
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
