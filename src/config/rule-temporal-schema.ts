import { z } from 'zod';
import { parseRuleCondition } from '../detect/window/rule-condition.ts';
import type { RuleSequence, TemporalSpec, WindowCondition } from '../shared/model/window-spec.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { defined, inputs, positiveDurationMs, reset, windowCondition } from './rule-window-parts.ts';

/** More ways in which a part of the rules can follow each other are refused: each costs something at every match. */
const sequencesMax = 64;

const expression = z.string().meta({
  description: 'Rules with and, or, not and parentheses: "start and not network".',
});

const written = {
  ...inputs,
  condition: z
    .union(
      [expression, windowCondition],
      'must be rules with and, or and not, or how many of them: {"gte": 2}',
    )
    .optional(),
  timespan: positiveDurationMs,
  reset,
};

const temporalSchema = <T extends TemporalSpec['type']>(type: T, description: string) =>
  z
    .strictObject({ type: z.literal(type), ...written })
    .meta({ description })
    .transform((window, context): TemporalSpec => {
      const { timespan: timespanMs, reset: resets, aliases } = window;
      const meaning = meaningOf(type, window);
      if (meaning.ok) return defined({ type, timespanMs, reset: resets, aliases, ...meaning.value });
      context.addIssue({ code: 'custom', ...meaning.failure });
      return z.NEVER;
    });

/** The kinds of window that tell the rules of their matches apart. */
export const temporalKinds = [
  temporalSchema(
    'temporal',
    'All of the rules match in the timespan, in any order; or a condition over them holds.',
  ),
  temporalSchema('temporal_ordered', 'The rules match in the timespan in the listed order.'),
] as const;

type Fault = { readonly path: (string | number)[]; readonly message: string };
type Meaning = Pick<TemporalSpec, 'rules' | 'sequences'> &
  Partial<Pick<TemporalSpec, 'condition' | 'expression'>>;

interface Written {
  readonly rules?: readonly string[] | undefined;
  readonly condition?: string | WindowCondition | undefined;
}

function meaningOf(type: TemporalSpec['type'], { rules, condition }: Written): Result<Meaning, Fault> {
  if (typeof condition === 'string') return expressionMeaning(type, condition, rules);
  if (rules === undefined)
    return fail({ path: ['rules'], message: 'is missing: name rules, or write a condition over them' });
  const distinct = [...new Set(rules)];
  const steps = rules.map((id) => distinct.indexOf(id));
  if (type === 'temporal_ordered') return orderedMeaning({ rules: distinct, steps }, condition);
  const twice = rules.findIndex((id, at) => rules.indexOf(id) < at);
  if (twice !== -1)
    return fail({
      path: ['rules', twice],
      message: `names "${rules[twice]}" twice, which says nothing in any order`,
    });
  if (condition !== undefined) return ok({ rules: distinct, sequences: [], condition });
  return ok({ rules: distinct, sequences: [{ all: steps, none: [] }] });
}

function expressionMeaning(
  type: TemporalSpec['type'],
  condition: string,
  named: readonly string[] | undefined,
): Result<Meaning, Fault> {
  const parsed = parseRuleCondition(condition);
  if (!parsed.ok) return fail({ path: ['condition'], message: parsed.failure });
  const { rules, alternatives, text } = parsed.value;
  const unknown = rules.find((id) => named !== undefined && !named.includes(id));
  if (unknown !== undefined)
    return fail({ path: ['condition'], message: `names "${unknown}", which is not among the rules` });
  const unused = (named ?? []).findIndex((id) => !rules.includes(id));
  if (unused !== -1) return fail({ path: ['rules', unused], message: 'is not in the condition' });
  const sequences = alternatives.map(({ all, none }): RuleSequence => {
    const steps = all.map((id) => rules.indexOf(id));
    return {
      all: type === 'temporal' ? [...new Set(steps)] : steps,
      none: none.map((id) => rules.indexOf(id)),
    };
  });
  return ok({ rules, sequences, expression: text });
}

/** In order, "at least n of them" is: some n of the steps, in order. */
function orderedMeaning(
  { rules, steps }: { readonly rules: readonly string[]; readonly steps: readonly number[] },
  condition: WindowCondition | undefined,
): Result<Meaning, Fault> {
  if (condition === undefined) return ok({ rules, sequences: [{ all: steps, none: [] }] });
  const least = leastOf(condition, steps.length);
  const path = ['condition'];
  if (least === undefined)
    return fail({ path, message: 'in order, takes a least number of rules: {"gte": 2}' });
  if (least > steps.length) return fail({ path, message: `can never hold: there are ${steps.length} steps` });
  const parts = partsOf(steps, Math.max(1, least));
  if (parts === undefined) return fail({ path, message: `can hold in more than ${sequencesMax} ways` });
  return ok({ rules, sequences: parts.map((all) => ({ all, none: [] })) });
}

/**
 * How many of the steps a condition asks for at least; undefined where it also asks for no more than some of them, which is an
 * absence. A comparison that every number of steps satisfies says nothing, and "exactly all of them" is "at least all".
 */
function leastOf(condition: WindowCondition, count: number): number | undefined {
  const { gte, gt, eq, lte = count, lt = count + 1, neq = count + 1 } = condition;
  const said = [gte, gt === undefined ? undefined : Math.floor(gt) + 1, eq].filter(
    (each) => each !== undefined,
  );
  const [least] = said;
  const isBounded = lte < count || lt <= count || (eq !== undefined && eq !== count);
  if (least === undefined || said.length > 1 || isBounded) return undefined;
  return neq >= least && neq <= count ? undefined : Math.ceil(least);
}

/** Every part of so many steps, in order; undefined where there are too many. */
function partsOf(steps: readonly number[], count: number): readonly (readonly number[])[] | undefined {
  let parts: readonly { readonly all: readonly number[]; readonly next: number }[] = [{ all: [], next: 0 }];
  for (let length = 1; length <= count; length += 1) {
    parts = parts.flatMap(({ all, next }) =>
      steps
        .slice(next, steps.length - count + length)
        .map((step, at) => ({ all: [...all, step], next: next + at + 1 })),
    );
    if (parts.length > sequencesMax) return undefined;
  }
  return parts.map(({ all }) => all);
}
