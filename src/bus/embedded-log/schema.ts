/**
 * The embedded log's tables. A record's id is its partition's id and its offset in one integer (see record-id.ts), so
 * that a partition is one run of the table's b-tree and needs no second index. A segment is a run of offsets that
 * retention removes as one. `latest` and `superseded` serve compacted topics only.
 */
export const schemaVersion = 1;

/** Marks the file as ours: "TCLG" in ASCII. */
export const applicationId = 0x54434c47;

export const schema = `
CREATE TABLE topic (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  compacted INTEGER NOT NULL
) STRICT;
CREATE TABLE partition (
  id INTEGER PRIMARY KEY,
  topic_id INTEGER NOT NULL REFERENCES topic (id),
  number INTEGER NOT NULL,
  earliest_offset INTEGER NOT NULL DEFAULT 0,
  next_offset INTEGER NOT NULL DEFAULT 0,
  UNIQUE (topic_id, number)
) STRICT;
CREATE TABLE record (
  id INTEGER PRIMARY KEY,
  timestamp_ms INTEGER NOT NULL,
  key BLOB,
  value BLOB,
  headers TEXT
) STRICT;
CREATE TABLE segment (
  partition_id INTEGER NOT NULL REFERENCES partition (id),
  base_offset INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  appended_ms INTEGER NOT NULL,
  PRIMARY KEY (partition_id, base_offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_by_age ON segment (appended_ms);
CREATE TABLE latest (
  partition_id INTEGER NOT NULL,
  key BLOB NOT NULL,
  record_id INTEGER NOT NULL,
  PRIMARY KEY (partition_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX latest_by_record ON latest (record_id);
CREATE TABLE superseded (
  record_id INTEGER PRIMARY KEY,
  since_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX superseded_by_age ON superseded (since_ms);
`;
