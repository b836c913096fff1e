/**
 * What is remembered of who was told of an incident, and why: one row each, with one index at random places, where there
 * were two tables with one each. `state`: null once nothing is remembered. `notices`: the JSON objects, commas between.
 */
export const tellingsSchema = `
CREATE TABLE tellings (
  number INTEGER PRIMARY KEY,
  incident_id TEXT NOT NULL UNIQUE,
  state TEXT,
  notices TEXT
) STRICT;
INSERT INTO tellings (incident_id, state) SELECT incident_id, state FROM notification_records ORDER BY rowid;
INSERT INTO tellings (incident_id, notices)
  SELECT incident_id, group_concat(notice, ',' ORDER BY id) FROM notices WHERE true GROUP BY incident_id
  ON CONFLICT (incident_id) DO UPDATE SET notices = excluded.notices;
CREATE INDEX tellings_remembered ON tellings (number) WHERE state IS NOT NULL;
DROP TABLE notification_records;
DROP TABLE notices;
`;
