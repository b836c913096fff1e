/** The first schema. Times are milliseconds as REAL (a double holds them exactly); texts of the product are JSON. */
export const initialSchema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- How far each partition was worked on: the truth, whatever the broker says.
CREATE TABLE positions (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  max_event_ms REAL,
  PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE watermarks (source TEXT PRIMARY KEY, watermark_ms REAL NOT NULL) STRICT, WITHOUT ROWID;

-- The window state: what each batch changed, and a snapshot of each shard that makes older changes superfluous.
CREATE TABLE window_deltas (sequence INTEGER PRIMARY KEY, delta TEXT NOT NULL) STRICT;
CREATE TABLE window_shards (shard INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, snapshot TEXT NOT NULL) STRICT;

-- Incidents at their latest version. fold: what is needed to go on folding; NULL once the incident is final.
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  group_key TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  document TEXT NOT NULL,
  fold TEXT
) STRICT;
CREATE INDEX incidents_live ON incidents (id) WHERE fold IS NOT NULL;
CREATE INDEX incidents_by_time ON incidents (last_seen);
CREATE INDEX incidents_by_status ON incidents (status, last_seen);
CREATE INDEX incidents_by_rule ON incidents (rule_id, last_seen);

-- What is to be told, in the order written. A row holds a record (topic and what follows) or a notification.
CREATE TABLE lanes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  lane_id INTEGER NOT NULL REFERENCES lanes (id),
  topic TEXT,
  timestamp_ms REAL,
  headers TEXT,
  key BLOB,
  value BLOB,
  notification TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_ms REAL NOT NULL DEFAULT 0,
  reason TEXT,
  detail TEXT
) STRICT;
CREATE INDEX outbox_by_lane ON outbox (lane_id);

-- Rows that were given up, for people to see.
CREATE TABLE outbox_given_up (
  id INTEGER PRIMARY KEY,
  lane_id INTEGER NOT NULL REFERENCES lanes (id),
  topic TEXT,
  timestamp_ms REAL,
  headers TEXT,
  key BLOB,
  value BLOB,
  notification TEXT,
  attempts INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_given_up_by_lane ON outbox_given_up (lane_id);
`;
