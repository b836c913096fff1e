import { reservedRuleIds } from '../../src/incident/integrity-rules.ts';

/** Whether the incidents of a rule tell of logs. Those of tocsin itself, that events were late, say, live by the wall clock. */
export const isOfLogs = (ruleId: string): boolean => !ruleId.startsWith(reservedRuleIds);

/** The same of a row of the table of incidents. */
export const isOfLogsInSql = `rule_id NOT LIKE '${reservedRuleIds}%'`;
