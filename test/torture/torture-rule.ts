import type { Firing } from '../../src/shared/model/firing.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import type { WindowSpec } from '../../src/shared/model/window-spec.ts';
import type { Reference } from '../support/window-references.ts';

/** The times of the first and the last event of all groups. */
export interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** One without fires on what is late, too. */
export const isWindowed = ({ written }: TortureRule): boolean => written['window'] !== undefined;

export type Fields = LogEvent['fields'];

/** A rule as it is written, and what a reference that recomputes every window from scratch needs to know of it. */
export interface TortureRule {
  readonly id: string;
  readonly written: Readonly<Record<string, unknown>>;
  /**
   * The events it matches; or the rule whose firings are its matches, which stands before it, `only` those whose groups have
   * such fields, and events beside them.
   */
  readonly matches:
    | ((fields: Fields) => boolean)
    | {
        readonly firingsOf: string;
        readonly only?: (fields: Fields) => boolean;
        readonly and?: (fields: Fields) => boolean;
      };
  readonly groupBy: readonly string[];
  readonly dedupMs: number;
  /** False: only others hear of it, and it has no incidents. */
  readonly alert: boolean;
  /** What fires in one group, whose events are sorted. */
  readonly firings: (events: readonly LogEvent[], span: Span) => readonly Firing[];
}

interface RuleWords<S> {
  readonly id: string;
  readonly app: string;
  readonly dedupMs: number;
  readonly groupBy?: readonly string[];
  readonly window: S;
  readonly reference: Reference<S>;
}

export const isError = { fact: 'isError', operator: 'equal', value: true };
const isApp = (app: string): unknown => ({ fact: 'app', operator: 'equal', value: app });

export function windowed<S extends WindowSpec>(words: RuleWords<S>): TortureRule {
  const { id, app, dedupMs, groupBy = ['who'], window, reference } = words;
  return {
    id,
    written: {
      ...titled({ id, dedupMs, groupBy }),
      conditions: { all: [isApp(app)] },
      window: writtenWindow(window),
    },
    matches: (fields) => fields['app'] === app,
    groupBy,
    dedupMs,
    alert: true,
    firings: (events, span) => reference(window, events, span),
  };
}

const titled = ({ id, dedupMs, groupBy }: Pick<TortureRule, 'id' | 'dedupMs' | 'groupBy'>) => ({
  id,
  title: `${id} of {{ who }}`,
  severity: 'medium',
  groupBy,
  dedup: `${dedupMs}ms`,
});

/** A rule whose window names others: it has no conditions of its own. `window` is as it is written. */
export function naming(
  words: Pick<TortureRule, 'id' | 'matches' | 'firings'> & {
    readonly window: Readonly<Record<string, unknown>>;
    readonly groupBy?: readonly string[];
  },
): TortureRule {
  const { window, groupBy = ['who'], ...rest } = words;
  const dedupMs = 12_000;
  return {
    ...rest,
    written: { ...titled({ id: words.id, dedupMs, groupBy }), window },
    groupBy,
    dedupMs,
    alert: true,
  };
}

/** As people write it: durations without `Ms` in their names. The median's percentile is not written. */
function writtenWindow(spec: WindowSpec): Readonly<Record<string, unknown>> {
  const members = Object.entries(spec).filter(
    ([name]) => !(spec.type === 'value_median' && name === 'percentile'),
  );
  return Object.fromEntries(
    members.map(([name, value]) => (name.endsWith('Ms') ? [name.slice(0, -2), `${value}ms`] : [name, value])),
  );
}

/** Every match fires. */
const everyMatch: TortureRule['firings'] = (events) =>
  events.map(({ timeMs, position, weight }) => ({
    timeMs,
    position,
    value: weight,
    // A window is half-open: this one holds the match alone.
    fromMs: timeMs - 1,
    toMs: timeMs,
    firstMs: timeMs,
    lastMs: timeMs,
    matches: 1,
    fresh: 1,
  }));

export function unwindowed(id: string, app: string, only?: 'errors'): TortureRule {
  const groupBy = ['who'];
  const dedupMs = 20_000;
  const alert = only === undefined;
  return {
    id,
    written: {
      ...titled({ id, dedupMs, groupBy }),
      conditions: { all: [isApp(app), ...(only === undefined ? [] : [isError])] },
      alert,
    },
    matches: (fields) => fields['app'] === app && (only === undefined || fields['isError'] === true),
    groupBy,
    dedupMs,
    alert,
    firings: everyMatch,
  };
}
