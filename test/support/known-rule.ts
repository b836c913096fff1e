import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { TortureRule } from '../torture/torture-rule.ts';
import { anyReference, inputsOfEvent, isOverInputs } from './any-window.ts';
import type { RuleShape } from './rule-worlds.ts';

/** What the reference needs to know of a rule. */
export function known(shape: RuleShape): TortureRule {
  const { id, spec, groupBy, missingGroup, dedupMs } = shape;
  const matches = ({ fields }: Pick<LogEvent, 'fields'>): boolean =>
    (shape.app === undefined || fields['app'] === shape.app) &&
    (shape.sources === undefined || shape.sources.includes(String(fields['source']))) &&
    (shape.exceptHost === undefined || fields['host'] !== shape.exceptHost) &&
    (!isOverInputs(spec) || inputsOfEvent({ fields }).length > 0) &&
    isGrouped(fields);
  const isGrouped = (fields: LogEvent['fields']): boolean =>
    missingGroup === 'null' || groupBy.every((field) => (fields[field] ?? null) !== null);
  return {
    id,
    written: { window: spec },
    matches:
      'rules' in spec && spec.rules?.includes('first') === true
        ? { firingsOf: 'first', only: isGrouped }
        : (fields) => matches({ fields }),
    groupBy,
    dedupMs,
    alert: true,
    firings: (events, span) =>
      anyReference(
        spec,
        events.map((event) => ({ ...event, fields: { ...event.fields, inputs: inputsOfEvent(event) } })),
        span,
      ),
  };
}
