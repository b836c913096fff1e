import type Database from 'better-sqlite3';

/** Rows that one statement writes: more save little, and each statement keeps the values of all its rows meanwhile. */
const rowsAtOnce = 16;

type Value = string | number | Uint8Array | null;

/** An INSERT without its rows, and what is to be done with each. */
interface ManyRowsSql {
  /** `INSERT INTO lanes (id, name)`. */
  readonly into: string;
  readonly columns: number;
  /** `ON CONFLICT ...`; each row by itself, in the order given. */
  readonly conflict?: string;
}

/** Writes many rows of one shape by few statements: a call and the start of a statement cost a quarter of a small row. */
export class ManyRows<Row extends readonly Value[]> {
  readonly #one: Database.Statement<Value[]>;
  readonly #many: Database.Statement<Value[]>;

  constructor(db: Database.Database, { into, columns, conflict = '' }: ManyRowsSql) {
    const row = `(${Array.from({ length: columns }, () => '?').join(', ')})`;
    const rows = Array.from({ length: rowsAtOnce }, () => row).join(', ');
    this.#one = db.prepare(`${into} VALUES ${row} ${conflict}`);
    this.#many = db.prepare(`${into} VALUES ${rows} ${conflict}`);
  }

  /**
   * In the order given, each row taken when its turn comes: what is made for it need not outlive it. Gives how many rows were
   * inserted or updated.
   */
  write(rows: Iterable<Row>): number {
    let changes = 0;
    let held: Row[] = [];
    for (const row of rows) {
      held.push(row);
      if (held.length < rowsAtOnce) continue;
      const values: Value[] = [];
      for (const one of held) for (const value of one) values.push(value);
      changes += this.#many.run(...values).changes;
      held = [];
    }
    for (const row of held) changes += this.#one.run(...row).changes;
    return changes;
  }
}
