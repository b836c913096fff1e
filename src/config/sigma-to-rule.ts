import type { SigmaConditions, SigmaMetadata, SigmaRule, SigmaStatus } from '../detect/sigma/sigma-rule.ts';
import type { Rule, RuleOrigin, RuleStatus } from '../shared/model/rule.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { describeIssues, type LocalFault } from './rule-fault.ts';
import { hashRule } from './rule-hash.ts';
import { knownMembers } from './rule-json-schema.ts';
import { inWordsOfSigma } from './rule-place.ts';
import { type LoadedRule, toRule } from './rule-read.ts';
import { listedMax, ruleSchema, textLengthMax, type WrittenRule } from './rule-schema.ts';

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

/** What may stand under `tocsin`: the members of a JSON rule that Sigma has no word for, and those it may override. */
export const ownMembers: readonly string[] = [
  'title',
  'severity',
  'status',
  'runbook',
  'sources',
  'exceptions',
  'groupBy',
  'missingGroup',
  'window',
  'dedup',
  'notify',
  'remediation',
  'alert',
  'tests',
];

/** Of a correlation, who says these. */
const ofCorrelation: Readonly<Record<string, string>> = {
  groupBy: 'the correlation says it',
  window: 'the correlation says it',
  exceptions: 'the rules that it names have their own',
};

/**
 * Gives a rule in Sigma the shape of every other rule, through the same validator. Rules of level informational alert
 * nobody: they are "intended for enrichment of events" (specification 2.1, "Level"). What stands under `tocsin` has the
 * last word.
 */
export function sigmaToRule(
  metadata: SigmaMetadata,
  meaning: SigmaMeaning,
  { file, document, id }: SigmaPlace,
): Result<LoadedRule, readonly LocalFault[]> {
  const said = writtenBy(metadata, meaning, id);
  const origin = { file, path: `document ${document}` };
  if (metadata.own === undefined && meaning.window === undefined && isPlain(said))
    return ok({ rule: plainRule(said, origin), tests: [] });
  const own = metadata.own ?? {};
  const misplaced = misplacedMembers(own, meaning);
  const written = { ...said, ...(meaning.window === undefined ? {} : { window: meaning.window }), ...own };
  const parsed = ruleSchema.safeParse(written);
  if (!parsed.success || misplaced.length > 0) {
    const issues = parsed.error?.issues ?? [];
    const place = { value: written, base: '$', knownMembers: membersAt };
    const faults = describeIssues(issues, place).map((fault) => inSigma(fault, own));
    return fail([
      ...misplaced,
      ...faults.filter(({ path }) => !misplaced.some((each) => each.path === path)),
    ]);
  }
  return ok({ rule: { ...toRule(parsed.data, {}), origin }, tests: parsed.data.tests });
}

/** What a rule is that says no more, as the validator fills it in. */
const unsaid = toRule(ruleSchema.parse({ id: 'any', title: 'any', conditions: null }), {});

/** What `toRule` gives, in one go: nothing of it is left out or called otherwise. */
function plainRule(said: Said, origin: RuleOrigin): Rule {
  const { conditions = null } = said;
  const hash = hashRule({ ...unsaid, conditions, groupBy: said.groupBy });
  return { ...unsaid, ...said, conditions, hash, origin };
}

/**
 * Whether there is surely nothing that the validator would find or change, as of nearly all of thousands of rules. Others may be
 * good as well: that is for it to say.
 */
const isPlain = ({ id, title, description, tags, references, falsePositives }: Said): boolean =>
  /^[\w-]{1,100}$/.test(id) &&
  title !== '' &&
  title.length <= textLengthMax &&
  !title.includes('{{') &&
  description.length <= textLengthMax &&
  areShort(tags) &&
  areShort(references) &&
  areShort(falsePositives);

const areShort = (texts: readonly string[]): boolean =>
  texts.length <= listedMax.texts && texts.every(({ length }) => length > 0 && length <= listedMax.length);

/**
 * What is wrong under `tocsin` in a document that has faults elsewhere and comes to no rule, so that all are told at once.
 * Detections of exceptions were read already.
 */
export function ownFaults(own: unknown): readonly LocalFault[] {
  if (typeof own !== 'object' || own === null || Array.isArray(own)) return [];
  const members = own as Readonly<Record<string, unknown>>;
  const { exceptions } = members;
  const read = Array.isArray(exceptions) ? { exceptions: exceptions.map(withConditions) } : {};
  const rule = sigmaToRule(
    { ...nothingSaid, own: { ...members, ...read } },
    { conditions: { sigma: [] } },
    { file: '', document: 0, id: 'any' },
  );
  return rule.ok ? [] : rule.failure.filter(({ path }) => path.startsWith('$.tocsin.'));
}

const nothingSaid: SigmaMetadata = {
  title: 'any',
  description: '',
  severity: 'medium',
  tags: [],
  references: [],
  falsePositives: [],
};

function withConditions(exception: unknown): unknown {
  if (typeof exception !== 'object' || exception === null) return exception;
  const { detection: _, ...rest } = exception as Readonly<Record<string, unknown>>;
  return { ...rest, conditions: {} };
}

/** What Sigma's own members say of a rule, but for the window. */
type Said = Pick<
  WrittenRule,
  | 'id'
  | 'description'
  | 'severity'
  | 'status'
  | 'tags'
  | 'references'
  | 'falsePositives'
  | 'conditions'
  | 'groupBy'
  | 'alert'
> & { readonly title: string };

/** The rule as Sigma's own members tell it. */
function writtenBy(metadata: SigmaMetadata, meaning: SigmaMeaning, id: string): Said {
  const { title, description, severity, status, tags, references, falsePositives, author } = metadata;
  return {
    id,
    title: title.trim(),
    description: author === undefined ? description : `${description.trimEnd()}\n\nAuthor: ${author}`.trim(),
    severity,
    status: status === undefined ? 'production' : statuses[status],
    tags: withoutEmpty(tags),
    references: withoutEmpty(references),
    falsePositives: withoutEmpty(falsePositives),
    conditions: meaning.conditions,
    groupBy: [...(meaning.groupBy ?? [])],
    alert: severity !== 'informational',
  };
}

/** A list that grew has room for more, which thousands of rules would keep for nothing. */
const withoutEmpty = (texts: readonly string[]): string[] =>
  texts.includes('') ? texts.filter((each) => each !== '') : texts.slice();

const membersAt = (path: readonly PropertyKey[], value: unknown): readonly string[] =>
  path.length === 0 ? ownMembers : knownMembers(path, value);

/** Members of a JSON rule that the rule itself says in Sigma's words. */
function misplacedMembers(
  own: Readonly<Record<string, unknown>>,
  meaning: SigmaMeaning,
): readonly LocalFault[] {
  return Object.keys(own).flatMap((name) => {
    const said = meaning.window === undefined ? undefined : ofCorrelation[name];
    if (said === undefined && (ownMembers.includes(name) || !Object.hasOwn(ruleSchema.shape, name)))
      return [];
    return [{ path: `$.tocsin.${name}`, message: `has no place here: ${said ?? 'the rule itself says it'}` }];
  });
}

/** A fault at the place where its author wrote what it is about. */
function inSigma(fault: LocalFault, own: Readonly<Record<string, unknown>>): LocalFault {
  const [, name = '', rest = ''] = /^\$\.([\w$-]+)(.*)$/s.exec(fault.path) ?? [];
  if (Object.hasOwn(own, name)) return { ...fault, path: `$.tocsin.${name}${rest}` };
  return { ...fault, path: `$.${inWordsOfSigma(`${name}${rest}`)}` };
}

/** The meaning of a detection rule. */
export const meaningOf = ({ search }: SigmaRule): SigmaMeaning => ({ conditions: { sigma: [search] } });
