import type { Config } from '../config/config-model.ts';
import { readLists } from '../config/read-lists.ts';
import { type LoadRulesOptions, loadRules, readRuleText } from '../config/rule-files.ts';
import { findRuleFiles } from '../config/rule-paths.ts';
import { SigmaMemory } from '../config/sigma-memory.ts';
import { integrityRules } from '../incident/integrity-rules.ts';
import type { Rule } from '../shared/model/rule.ts';
import type { CommandContext } from './command-context.ts';
import { modulesOrComplain } from './rule-names.ts';

/**
 * The rules that a configuration names, as their files have them now, and tocsin's own. Their faults are not said here:
 * other commands do. What the service remembers of rules in Sigma is read, and left as it is.
 */
export async function configuredRules(config: Config, context: CommandContext): Promise<readonly Rule[]> {
  const memory = new SigmaMemory({ file: `${config.state.file}.rules`, onIgnored: () => undefined });
  return rulesIn(config.rules, { ...(await namesOf(config, context)), memory });
}

/**
 * One of them. Among thousands it is read alone where its file says all there is to it, as nearly all do; what a rule means
 * to others, and what filters of other files add to it, is not asked.
 */
export async function configuredRule(
  id: string,
  config: Config,
  context: CommandContext,
): Promise<Rule | undefined> {
  const files = findRuleFiles(config.rules).files.filter((file) => {
    const text = readRuleText(file);
    return text.ok && text.value.includes(id);
  });
  const isIt = (rule: Rule): boolean => rule.id === id;
  const alone = rulesIn(files, await namesOf(config, context)).find(isIt);
  return alone ?? (await configuredRules(config, context)).find(isIt);
}

async function namesOf(config: Config, context: CommandContext): Promise<LoadRulesOptions> {
  const { lists, entries } = readLists(config.lists);
  return { ...(await modulesOrComplain({}, config, context)), lists, placeholders: entries };
}

const rulesIn = (paths: readonly string[], options: LoadRulesOptions): readonly Rule[] => [
  ...loadRules(paths, options).rules.map(({ rule }) => rule),
  ...integrityRules,
];
