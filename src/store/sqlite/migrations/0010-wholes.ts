/** Of incidents that are final, and that persons merged others into: what each of them adds. There are few. */
export const wholesSchema = `
CREATE TABLE wholes (
  incident_id TEXT PRIMARY KEY,
  whole TEXT NOT NULL
) STRICT;
`;
