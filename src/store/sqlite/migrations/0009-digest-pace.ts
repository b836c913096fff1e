/** Where each lane stands with its digests: JSON; null: calm, and nothing sent lately. */
export const digestPaceSchema = `
ALTER TABLE lanes ADD COLUMN pace TEXT;
`;
