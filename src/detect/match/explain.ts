import type { EventFields } from '../../shared/model/log-event.ts';
import { ok, type Result } from '../../shared/result.ts';
import { compileParsed } from './compile-condition.ts';
import { compileLeaf } from './compile-leaf.ts';
import type { ConditionFault, ConditionNode, LeafNode } from './condition-node.ts';
import { bindOwnFacts } from './own-facts/bind-own-facts.ts';
import { Almanacs } from './own-facts/event-almanac.ts';
import { type ConditionContext, parseCondition } from './parse-condition.ts';

/** One node of a condition tree with what it came to on one event. */
export interface Explanation {
  /** JSON path within the conditions: `$.all[1]`. */
  readonly at: string;
  /** The node in one line: `all`, `not`, `source.ip cidr "10.0.0.0/8"`. */
  readonly node: string;
  /** What the node is worth to the one above it. */
  readonly result: boolean;
  /** Of a comparison: the fact's value in this event, undefined where it has none. */
  readonly seen?: unknown;
  /** Of a comparison with another field: that field's value. */
  readonly comparedWith?: unknown;
  /** The comparison threw, and with it the whole rule does not match. */
  readonly error?: string;
  readonly children?: readonly Explanation[];
}

export interface ConditionExplanation {
  /** Whether the rule's conditions hold. */
  readonly matches: boolean;
  readonly tree: Explanation;
}

/**
 * Why an event does or does not satisfy conditions: every node is evaluated, also those at which matching would already
 * have stopped. Slow and for people; `matches` is what the matcher says.
 */
export function explainCondition(
  tree: unknown,
  fields: EventFields,
  context: ConditionContext,
): Result<ConditionExplanation, ConditionFault[]> {
  const parsed = parseCondition(tree, context);
  if (!parsed.ok) return parsed;
  return ok({ matches: holds(parsed.value, fields), tree: explain(parsed.value, fields).said });
}

/** As `explainCondition`, for conditions that may ask own facts: each is asked, whatever the others answer. */
export async function explainAskedCondition(
  tree: unknown,
  fields: EventFields,
  context: ConditionContext,
): Promise<Result<ConditionExplanation, ConditionFault[]>> {
  const parsed = parseCondition(tree, context);
  if (!parsed.ok) return parsed;
  const node = await bindOwnFacts(parsed.value, new Almanacs(context.facts ?? {}).of(fields));
  return ok({ matches: holds(node, fields), tree: explain(node, fields).said });
}

function holds(node: ConditionNode, fields: EventFields): boolean {
  try {
    return compileParsed(node)(fields);
  } catch {
    return false;
  }
}

/** A node's explanation, and its result as the operators gave it: own operators may return what is not a boolean. */
interface Explained {
  readonly raw: unknown;
  readonly said: Explanation;
}

function explain(node: ConditionNode, fields: EventFields): Explained {
  switch (node.kind) {
    case 'leaf':
      return explainLeaf(node, fields);
    case 'reference': {
      const target = nested(node.target, fields);
      return group(node, `condition ${node.name}`, { raw: target.raw, children: [target.said] });
    }
    case 'not': {
      const child = nested(node.child, fields);
      return group(node, 'not', { raw: !child.raw, children: [child.said] });
    }
    case 'all':
    case 'any': {
      const children = node.children.map((child) => nested(child, fields));
      const raw = rawOf(
        node.kind,
        children.map((child) => child.raw),
      );
      return group(node, node.kind, { raw, children: children.map((child) => child.said) });
    }
  }
}

/** An empty group is true, of either kind, and a group of one is worth what its child is: so it is in json-rules-engine. */
function rawOf(kind: 'all' | 'any', results: readonly unknown[]): unknown {
  if (results.length < 2) return results.length === 0 || results[0];
  return kind === 'all' ? results.every((each) => each === true) : results.some((each) => each === true);
}

/** Below another node a group is worth true only where its result is `true` itself. */
function nested(node: ConditionNode, fields: EventFields): Explained {
  const explained = explain(node, fields);
  return node.kind === 'leaf' ? explained : { ...explained, raw: explained.raw === true };
}

interface GroupResult {
  readonly raw: unknown;
  readonly children: readonly Explanation[];
}

const group = ({ at }: ConditionNode, node: string, { raw, children }: GroupResult): Explained => ({
  raw,
  said: { at, node, result: raw === true, children },
});

function explainLeaf(leaf: LeafNode, fields: EventFields): Explained {
  const { at, left, right, operatorName } = leaf;
  const compared = right.kind === 'fact' ? nameOf(right.operand) : JSON.stringify(right.value);
  const said = { at, node: `${nameOf(left)} ${operatorName} ${compared}` };
  try {
    const seen = left.read(fields);
    const comparedWith = right.kind === 'fact' ? { comparedWith: right.operand.read(fields) } : {};
    const raw = compileLeaf(leaf).test(fields);
    return { raw, said: { ...said, result: raw === true, seen, ...comparedWith } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { raw: false, said: { ...said, result: false, error: message } };
  }
}

const nameOf = ({ fact, path }: { readonly fact: string; readonly path?: string }): string =>
  path === undefined ? fact : `${fact} ${path}`;
