import fc from 'fast-check';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { RuleInputs, WindowCondition, WindowSpec } from '../../src/shared/model/window-spec.ts';
import {
  changeReference,
  flatlineReference,
  newTermReference,
  spikeReference,
} from './deadline-references.ts';
import { temporalReference } from './temporal-references.ts';
import {
  eventCountReference,
  percentileReference,
  type Reference,
  ratioReference,
  valueCountReference,
  valueMeasureReference,
} from './window-references.ts';

const timespanMs = fc.constantFrom(1, 5, 12, 30, 90);

const conditions: fc.Arbitrary<WindowCondition> = fc.oneof(
  fc.constantFrom(1, 2, 3).map((gte) => ({ gte })),
  fc.constantFrom<WindowCondition>({ gt: 0 }, { gt: 2 }, { eq: 2 }, { neq: 1 }, { gte: 2, lt: 4 }),
  fc.constantFrom<WindowCondition>({ lt: 2 }, { lte: 2 }),
);

const sliding = { timespanMs, condition: conditions, reset: fc.boolean() };
const term = fc.constantFrom<string | readonly string[]>('user', ['user', 'host']);

const measures = (['value_sum', 'value_avg', 'value_min', 'value_max'] as const).map((type) =>
  fc.record({ type: fc.constant(type), field: fc.constant('n'), ...sliding }),
);

/** The rules without window that a temporal one names: `errors` and `users`. */
export const inputRules = ['errors', 'users'] as const;

const together = fc.record({
  type: fc.constantFrom('temporal' as const, 'temporal_ordered' as const),
  rules: fc.constant(inputRules),
  timespanMs,
  sequences: fc.constantFrom(
    [{ all: [0, 1], none: [] }],
    [{ all: [1, 0], none: [] }],
    [{ all: [0], none: [1] }],
    [
      { all: [1], none: [0] },
      { all: [0, 1], none: [] },
    ],
  ),
  reset: fc.boolean(),
});

/** How many of the rules match, which may also be an absence; and a rule that stands in several steps. */
const countedRules = fc.record({
  type: fc.constant('temporal' as const),
  rules: fc.constant(inputRules),
  timespanMs,
  sequences: fc.constant([]),
  condition: conditions,
  reset: fc.boolean(),
});

const repeatedSteps = fc.record({
  type: fc.constant('temporal_ordered' as const),
  rules: fc.constant(inputRules),
  timespanMs,
  sequences: fc.constantFrom(
    [{ all: [0, 0, 1], none: [] }],
    [{ all: [1, 0, 1], none: [] }],
    [{ all: [0, 0], none: [1] }],
  ),
  reset: fc.boolean(),
});

/** A window of any kind that needs no rules of its own. */
const plainSpecs: fc.Arbitrary<WindowSpec> = fc.oneof(
  fc.record({ type: fc.constant('event_count' as const), ...sliding }),
  fc.record({ type: fc.constant('value_count' as const), field: term, ...sliding }),
  ...measures,
  fc.record({
    type: fc.constant('value_percentile' as const),
    field: fc.constant('n'),
    percentile: fc.constantFrom(0, 25, 66.6, 100),
    ...sliding,
  }),
  fc.record({
    type: fc.constant('value_median' as const),
    field: fc.constant('n'),
    percentile: fc.constant(50),
    ...sliding,
  }),
  fc.record({
    type: fc.constant('ratio' as const),
    timespanMs,
    numerator: fc.constant({ all: [{ fact: 'isError', operator: 'equal', value: true }] }),
    minDenominator: fc.integer({ min: 1, max: 3 }),
    condition: fc.constantFrom<WindowCondition>({ gte: 0.5 }, { lt: 0.5 }),
    reset: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('new_term' as const),
    field: term,
    historyMs: timespanMs,
    learnMs: fc.constantFrom(0, 4, 30),
  }),
  fc.record(
    { type: fc.constant('change' as const), field: term, timespanMs, ignoreNull: fc.boolean() },
    { requiredKeys: ['type', 'field', 'ignoreNull'] },
  ),
  fc.record({
    type: fc.constant('spike' as const),
    timespanMs: fc.constantFrom(1, 4, 12),
    ratio: fc.constantFrom(0.5, 1, 2),
    direction: fc.constantFrom('up' as const, 'down' as const, 'both' as const),
    minCurrent: fc.nat(2),
    minReference: fc.nat(2),
    alertOnNew: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('flatline' as const),
    timespanMs: fc.constantFrom(1, 4, 12),
    threshold: fc.constantFrom(1, 2),
    forgetAfterMs: fc.constantFrom(13, 40, 120),
  }),
);

/** The same over rules without window: of a ratio one of them is the numerator. */
const plainOverRules = plainSpecs.map(
  (spec): WindowSpec => ({
    ...spec,
    rules: inputRules,
    ...(spec.type === 'ratio' ? { numerator: inputRules.slice(0, 1) } : {}),
  }),
);

/** A window of any kind, some of them over rules without window. */
export const windowSpecs: fc.Arbitrary<WindowSpec> = fc.oneof(
  { weight: 9, arbitrary: plainSpecs },
  { weight: 3, arbitrary: plainOverRules },
  { weight: 2, arbitrary: together },
  { weight: 1, arbitrary: countedRules },
  { weight: 1, arbitrary: repeatedSteps },
);

/** Whether the window is over `inputRules`. */
export const isOverInputs = (spec: WindowSpec): spec is WindowSpec & RuleInputs =>
  'rules' in spec && spec.rules === inputRules;

/** Which of `inputRules` an event is of. */
export const inputsOfEvent = ({ fields }: Pick<LogEvent, 'fields'>): readonly number[] => [
  ...(fields['isError'] === true ? [0] : []),
  ...(fields['user'] === 'u' || fields['user'] === 'v' ? [1] : []),
];

/** Any reference reads the specification of its own kind. */
export const anyReference: Reference<WindowSpec> = (spec, events, span) => {
  switch (spec.type) {
    case 'event_count':
      return eventCountReference(spec, events, span);
    case 'value_count':
      return valueCountReference(spec, events, span);
    case 'value_median':
    case 'value_percentile':
      return percentileReference(spec, events, span);
    case 'new_term':
      return newTermReference(spec, events, span);
    case 'change':
      return changeReference(spec, events, span);
    case 'spike':
      return spikeReference(spec, events, span);
    case 'flatline':
      return flatlineReference(spec, events, span);
    case 'ratio':
      return ratioReference(spec, events, span);
    case 'temporal':
    case 'temporal_ordered':
      return temporalReference(spec, events, span);
    default:
      return valueMeasureReference(spec, events, span);
  }
};
