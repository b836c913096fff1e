/** Ids of events that were there, by source and by a stretch of event time: a block for each batch that brought any. */
export const eventIdsSchema = `
CREATE TABLE event_ids (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  generation INTEGER NOT NULL,
  started_ms REAL NOT NULL,
  ids BLOB NOT NULL
) STRICT;
CREATE INDEX event_ids_by_generation ON event_ids (source, generation);
`;
