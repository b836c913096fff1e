import type { EventFields } from '../../shared/model/log-event.ts';
import type { ConditionExplanation, Explanation } from '../match/explain.ts';
import { type CompileContext, createCompileContext } from './compile/compile-context.ts';
import { explainItem } from './explain-item.ts';
import { readingsFor, renamed, type SearchReading } from './log-source.ts';
import { sigmaProfile } from './profiles/sigma-profiles.ts';
import type {
  SigmaCondition,
  SigmaConditions,
  SigmaDetection,
  SigmaExpression,
  SigmaLogSource,
  SigmaSearch,
} from './sigma-rule.ts';

/** What is known of the source of an event. */
export interface ExplainedSource {
  readonly profile?: string;
  readonly logsource?: SigmaLogSource;
}

/**
 * Why an event does or does not satisfy the conditions of a rule in Sigma: its log source, then selection by selection,
 * each line of them with the value seen. Every part is evaluated, also where matching would have stopped.
 */
export function explainSigma(
  { sigma }: SigmaConditions,
  fields: EventFields,
  source: ExplainedSource,
): ConditionExplanation {
  const context = createCompileContext(sigmaProfile(source.profile ?? '').fieldNames);
  const searches = sigma.map((search, index) => {
    const at = sigma.length === 1 ? '$' : `$[${index}]`;
    return explainSearch(search, at, { fields, context, declared: source.logsource });
  });
  const [only] = searches;
  const tree = only !== undefined && searches.length === 1 ? only : grouped('any', '$', searches);
  return { matches: tree.result, tree };
}

interface Explaining {
  readonly fields: EventFields;
  readonly context: CompileContext;
}

function explainSearch(
  search: SigmaSearch,
  at: string,
  { declared, ...explaining }: Explaining & { readonly declared: SigmaLogSource | undefined },
): Explanation {
  const readings = readingsFor(search, declared);
  const said = declared === undefined ? 'none, so every rule is tried' : nameOf(declared);
  const logsource: Explanation = {
    at: `${at}.logsource`,
    node: `log source ${nameOf(search.logsource)}; the source declares ${said}`,
    result: readings !== undefined,
  };
  // Of another log source the detection is explained all the same: the log source may be what is wrong.
  const explained = (readings ?? [{ conditions: [], names: {} }]).map((reading) =>
    explainReading(search, at, { ...explaining, reading }),
  );
  const [only] = explained;
  const body =
    only !== undefined && explained.length === 1
      ? only
      : [
          grouped(
            'any',
            at,
            explained.map((each) => grouped('all', at, each)),
          ),
        ];
  return grouped('all', at, [logsource, ...body]);
}

interface Reading extends Explaining {
  readonly reading: SearchReading;
}

function explainReading(search: SigmaSearch, at: string, reading: Reading): readonly Explanation[] {
  const added = reading.reading.conditions.map((item) => explainItem(item, `${at}.logsource`, reading));
  const detection = explainDetection(search.detection, `${at}.detection`, reading);
  const filters = search.filters.map((filter, index) => {
    const place = `${at}.filters[${index}]`;
    return { ...grouped('all', place, [explainDetection(filter, place, reading)]), node: 'filter' };
  });
  return [...added, detection, ...filters];
}

function explainDetection(detection: SigmaDetection, at: string, reading: Reading): Explanation {
  const explainNode = (condition: SigmaCondition): Explanation => {
    switch (condition.kind) {
      case 'and':
        return grouped('all', at, condition.children.map(explainNode));
      case 'or':
        return grouped('any', at, condition.children.map(explainNode));
      case 'not':
        return negated(at, explainNode(condition.child));
      case 'selection':
        return selection(condition.name);
      case 'of': {
        const kind = condition.quantifier === 'all' ? 'all' : 'any';
        const node = `${kind === 'all' ? 'all' : '1'} of ${condition.pattern}`;
        return { ...grouped(kind, at, condition.names.map(selection)), node };
      }
    }
  };
  const selection = (name: string): Explanation => {
    const expression = detection.selections[name] ?? { kind: 'and', children: [] };
    const place = `${at}.${name}`;
    const explained = explainExpression(renamed(expression, reading.reading.names), place, reading);
    // The lines of a selection must all hold; a list of maps is shown as one of them.
    const isMap = expression.kind === 'and' && explained.children !== undefined;
    const children = isMap ? (explained.children ?? []) : [explained];
    return { ...grouped('all', place, children), node: `selection ${name}` };
  };
  return explainNode(detection.condition);
}

function explainExpression(expression: SigmaExpression, at: string, explaining: Explaining): Explanation {
  switch (expression.kind) {
    case 'item':
      return explainItem(expression, at, explaining);
    case 'not':
      return negated(at, explainExpression(expression.child, at, explaining));
    default: {
      const children = expression.children.map((child, index) =>
        explainExpression(child, `${at}[${index}]`, explaining),
      );
      return grouped(expression.kind === 'and' ? 'all' : 'any', at, children);
    }
  }
}

function grouped(kind: 'all' | 'any', at: string, children: readonly Explanation[]): Explanation {
  const results = children.map(({ result }) => result);
  const result = kind === 'all' ? results.every(Boolean) : results.some(Boolean);
  return { at, node: kind, result, children };
}

const negated = (at: string, child: Explanation): Explanation => ({
  at,
  node: 'not',
  result: !child.result,
  children: [child],
});

function nameOf({ product, category, service }: SigmaLogSource): string {
  const parts = Object.entries({ product, category, service }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value}`],
  );
  return parts.length === 0 ? 'any' : parts.join(',');
}
