/** From least to most severe; the order is used for routing and for sorting. */
export const severities = ['informational', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof severities)[number];
