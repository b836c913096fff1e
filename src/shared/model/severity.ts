/** From least to most severe; the order is used for routing and for sorting. */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof severities)[number];

/** The more severe, the greater; -1 for what is no severity. */
export const severityRank = (severity: string | null | undefined): number =>
  (severities as readonly unknown[]).indexOf(severity);
