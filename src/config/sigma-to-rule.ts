import type { SigmaConditions, SigmaMetadata, SigmaRule, SigmaStatus } from '../detect/sigma/sigma-rule.ts';
import type { RuleStatus } from '../shared/model/rule.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { describeIssues, type LocalFault } from './rule-fault.ts';
import { knownMembers } from './rule-json-schema.ts';
import { type LoadedRule, toRule } from './rule-read.ts';
import { ruleSchema } from './rule-schema.ts';

/** What a rule in Sigma says in the terms of our rules, besides its description. */
export interface SigmaMeaning {
  readonly conditions: SigmaConditions | undefined;
  readonly groupBy?: readonly string[];
  /** As in a JSON rule, still to be validated. */
  readonly window?: Readonly<Record<string, unknown>>;
}

export interface SigmaPlace {
  readonly file: string;
  readonly document: number;
  /** The id of the rule, which its metadata alone may not decide. */
  readonly id: string;
}

/** Rules that Sigma's authors have withdrawn, or that no tool of theirs supports, are read and not evaluated. */
const statuses: Readonly<Record<SigmaStatus, RuleStatus>> = {
  stable: 'production',
  test: 'production',
  experimental: 'production',
  deprecated: 'draft',
  unsupported: 'draft',
};

/** A rule's id: its own, else its name, else its title. */
export const idOfSigma = ({ id, name, title }: Pick<SigmaMetadata, 'id' | 'name' | 'title'>): string =>
  id ?? name ?? title;

/**
 * Gives a rule in Sigma the shape of every other rule, through the same validator. Rules of level informational alert
 * nobody: they are "intended for enrichment of events" (specification 2.1, "Level").
 */
export function sigmaToRule(
  metadata: SigmaMetadata,
  meaning: SigmaMeaning,
  { file, document, id }: SigmaPlace,
): Result<LoadedRule, readonly LocalFault[]> {
  const { title, description, severity, status, tags, references, falsePositives } = metadata;
  const written = {
    id,
    title: title.trim(),
    description:
      metadata.author === undefined
        ? description
        : `${description.trimEnd()}\n\nAuthor: ${metadata.author}`.trim(),
    severity,
    status: status === undefined ? 'production' : statuses[status],
    tags: tags.filter((tag) => tag !== ''),
    references: references.filter((each) => each !== ''),
    falsePositives: falsePositives.filter((each) => each !== ''),
    conditions: meaning.conditions,
    groupBy: meaning.groupBy ?? [],
    alert: severity !== 'informational',
    ...(meaning.window === undefined ? {} : { window: meaning.window }),
  };
  const parsed = ruleSchema.safeParse(written);
  if (!parsed.success)
    return fail(describeIssues(parsed.error.issues, { value: written, base: '$', knownMembers }));
  const rule = { ...toRule(parsed.data, {}), origin: { file, path: `document ${document}` } };
  return ok({ rule, tests: [] });
}

/** The meaning of a detection rule. */
export const meaningOf = ({ search }: SigmaRule): SigmaMeaning => ({ conditions: { sigma: [search] } });
