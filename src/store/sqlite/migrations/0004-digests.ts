/** Which rows may have arrived, so that no digest takes them in, and when rows were given up (null: before this was noted). */
export const digestsSchema = `
ALTER TABLE outbox ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox_given_up ADD COLUMN given_up_ms REAL;
`;
