/**
 * Silences; who was told of which incident, and who waits to be; the groups of those that are told together; and why
 * somebody was or was not told. Tables with rowids: what is written goes to the end, and only ids to a random place.
 */
export const tellingSchema = `
CREATE TABLE silences (id TEXT PRIMARY KEY, ends_ms REAL NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX silences_by_end ON silences (ends_ms);

CREATE TABLE notification_records (incident_id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;
CREATE TABLE notification_groups (key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT;

CREATE TABLE notices (id INTEGER PRIMARY KEY, incident_id TEXT NOT NULL, notice TEXT NOT NULL) STRICT;
CREATE INDEX notices_by_incident ON notices (incident_id, id);
`;
