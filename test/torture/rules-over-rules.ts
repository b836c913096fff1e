import type { TemporalSpec } from '../../src/shared/model/window-spec.ts';
import { temporalReference } from '../support/temporal-references.ts';
import { eventCountReference, ratioReference, valueCountReference } from '../support/window-references.ts';
import { type Fields, naming, type TortureRule, unwindowed } from './torture-rule.ts';

/** Rules that others name. The second one alerts for itself, too. */
export const inputs = [
  unwindowed('ssh-error', 'ssh', 'errors'),
  unwindowed('db-error', 'db', 'errors'),
  unwindowed('every-match', 'rare'),
] as const;

const isInput = (fields: Fields, nth: number): boolean => {
  const matches = inputs[nth]?.matches;
  return typeof matches === 'function' && matches(fields);
};

/** A window over `inputs`, as it is written, and as the reference reads it. */
function temporal(id: string, window: Readonly<Record<string, unknown>>, spec: TemporalSpec): TortureRule {
  const placesOf = (fields: Fields): readonly number[] =>
    inputs.flatMap((_, nth) => {
      const at = spec.rules.indexOf(inputs[nth]?.id ?? '');
      return at >= 0 && isInput(fields, nth) ? [at] : [];
    });
  return naming({
    id,
    window,
    matches: (fields) => placesOf(fields).length > 0,
    firings: (events, span) =>
      temporalReference(
        spec,
        events.map((event) => ({ ...event, fields: { ...event.fields, inputs: placesOf(event.fields) } })),
        span,
      ),
  });
}

/** Rules whose matches are those of other rules, or their firings. */
export const rulesOverRules: readonly TortureRule[] = [
  temporal(
    'together',
    { type: 'temporal', rules: ['ssh-error', 'db-error'], timespan: '2s' },
    {
      type: 'temporal',
      rules: ['ssh-error', 'db-error'],
      timespanMs: 2_000,
      sequences: [{ all: [0, 1], none: [] }],
      reset: false,
    },
  ),
  temporal(
    'in-order',
    { type: 'temporal_ordered', rules: ['ssh-error', 'ssh-error', 'db-error'], timespan: '4s', reset: true },
    {
      type: 'temporal_ordered',
      rules: ['ssh-error', 'db-error'],
      timespanMs: 4_000,
      sequences: [{ all: [0, 0, 1], none: [] }],
      reset: true,
    },
  ),
  temporal(
    'one-without-another',
    { type: 'temporal', condition: 'db-error and not ssh-error', timespan: '3s' },
    {
      type: 'temporal',
      rules: ['db-error', 'ssh-error'],
      timespanMs: 3_000,
      sequences: [{ all: [0], none: [1] }],
      reset: false,
    },
  ),
  naming({
    id: 'share-of-ssh-errors',
    window: {
      type: 'ratio',
      rules: ['ssh-error', 'db-error'],
      timespan: '5s',
      numerator: ['ssh-error'],
      minDenominator: 4,
      condition: { lt: 0.3 },
    },
    matches: (fields) => isInput(fields, 0) || isInput(fields, 1),
    firings: (events, span) =>
      ratioReference(
        {
          type: 'ratio',
          timespanMs: 5_000,
          numerator: null,
          minDenominator: 4,
          condition: { lt: 0.3 },
          reset: false,
        },
        events.map((event) => ({ ...event, fields: { ...event.fields, isError: isInput(event.fields, 0) } })),
        span,
      ),
  }),
  naming({
    id: 'counts-of-one',
    window: {
      type: 'event_count',
      rules: ['count-range-with-reset'],
      timespan: '20s',
      condition: { gte: 3 },
    },
    matches: { firingsOf: 'count-range-with-reset' },
    firings: (events, span) =>
      eventCountReference(
        { type: 'event_count', timespanMs: 20_000, condition: { gte: 3 }, reset: false },
        events,
        span,
      ),
  }),
  naming({
    id: 'counts-of-many',
    groupBy: [],
    window: {
      type: 'value_count',
      rules: ['counts-of-one'],
      field: 'who',
      timespan: '10s',
      condition: { gte: 2 },
    },
    matches: { firingsOf: 'counts-of-one' },
    firings: (events, span) =>
      valueCountReference(
        { type: 'value_count', field: 'who', timespanMs: 10_000, condition: { gte: 2 }, reset: false },
        events,
        span,
      ),
  }),
  // Deadlines of one rule beside matches of another: at equal times the deadline stands first.
  naming({
    id: 'silence-after-errors',
    window: { type: 'temporal_ordered', rules: ['ssh-error', 'too-few-values'], timespan: '15s' },
    matches: { firingsOf: 'too-few-values', and: (fields) => isInput(fields, 0) },
    firings: (events, span) =>
      temporalReference(
        {
          type: 'temporal_ordered',
          rules: ['ssh-error', 'too-few-values'],
          timespanMs: 15_000,
          sequences: [{ all: [0, 1], none: [] }],
          reset: false,
        },
        events.map((event) => ({
          ...event,
          fields: { ...event.fields, inputs: [isInput(event.fields, 0) ? 0 : 1] },
        })),
        span,
      ),
  }),
];
