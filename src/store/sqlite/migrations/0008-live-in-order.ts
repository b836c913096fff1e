/** Incidents that are not final, in the order in which they were opened: so they are read from one page after the other. */
export const liveInOrderSchema = `
DROP INDEX incidents_live;
CREATE INDEX incidents_live ON incidents (rule_id) WHERE fold IS NOT NULL;
`;
