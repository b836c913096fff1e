/**
 * Rows of the outbox refer to an incident's document by a number, instead of each holding it: that of the first row that
 * does. The document stands with the incident as long as it is the incident's latest version; when the incident goes on,
 * it is put aside here for the rows that still refer to it, and leaves with the last of them. Rows written by older
 * versions hold what they tell, and refer to nothing.
 */
export const documentsSchema = `
ALTER TABLE incidents ADD COLUMN document_id INTEGER;
CREATE UNIQUE INDEX incidents_by_document ON incidents (document_id) WHERE document_id IS NOT NULL;
ALTER TABLE outbox ADD COLUMN document_id INTEGER;
CREATE INDEX outbox_by_document ON outbox (document_id) WHERE document_id IS NOT NULL;

CREATE TABLE documents (id INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;

CREATE TRIGGER incidents_put_document_aside BEFORE UPDATE OF document, document_id ON incidents
WHEN OLD.document_id IS NOT NULL AND OLD.document_id IS NOT NEW.document_id
  AND EXISTS (SELECT 1 FROM outbox WHERE document_id = OLD.document_id)
BEGIN
  INSERT INTO documents VALUES (OLD.document_id, OLD.document);
END;

CREATE TRIGGER outbox_forget_document AFTER DELETE ON outbox
WHEN OLD.document_id IS NOT NULL
BEGIN
  DELETE FROM documents WHERE id = OLD.document_id
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE document_id = OLD.document_id);
END;
`;
