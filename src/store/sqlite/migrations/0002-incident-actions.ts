/**
 * What persons ask for beside the service: each is answered once, in the transaction that does it. An id is never given
 * again, for whoever asked reads the answer by it.
 */
export const incidentActionsSchema = `
CREATE TABLE incident_actions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  incident_id TEXT NOT NULL,
  request TEXT NOT NULL,
  asked_ms REAL NOT NULL,
  answer TEXT
) STRICT;
CREATE INDEX incident_actions_waiting ON incident_actions (id) WHERE answer IS NULL;
`;
