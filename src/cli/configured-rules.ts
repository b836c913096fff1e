import type { Config } from '../config/config-model.ts';
import { readLists } from '../config/read-lists.ts';
import { loadRules } from '../config/rule-files.ts';
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
  const { lists, entries } = readLists(config.lists);
  const modules = await modulesOrComplain({}, config, context);
  const memory = new SigmaMemory({ file: `${config.state.file}.rules`, onIgnored: () => undefined });
  const { rules } = loadRules(config.rules, { ...modules, lists, placeholders: entries, memory });
  return [...rules.map(({ rule }) => rule), ...integrityRules];
}
