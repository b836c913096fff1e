import fc from 'fast-check';
import type { EventFields, LogEvent } from '../../src/shared/model/log-event.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import type { WindowSpec } from '../../src/shared/model/window-spec.ts';
import { windowSpecs } from './any-window.ts';

// Rules of every kind and shape, and events of every sort, as they come to an engine: of several sources and partitions.

/** A rule over the events, or over another rule of the world. */
export interface RuleShape {
  readonly id: string;
  readonly spec: WindowSpec;
  readonly groupBy: readonly string[];
  readonly missingGroup: 'null' | 'skip';
  readonly dedupMs: number;
  /** Only these apps; undefined: of every event. */
  readonly app: 'x' | 'y' | undefined;
  /** Events with this host are excepted. */
  readonly exceptHost: string | undefined;
  /** Undefined: of all sources. */
  readonly sources: readonly string[] | undefined;
  /** Left out: it alerts. */
  readonly alert?: boolean;
}

export interface Delivery {
  readonly event: LogEvent;
  /** On the clock by which it comes: its time and a delay within the lateness of its source. */
  readonly arrivalMs: number;
  readonly isCut: boolean;
  readonly isKill: boolean;
  /** After its turn these are the rules. */
  readonly edit?: RuleShapes;
}

export interface RuleShapes {
  readonly rules: readonly RuleShape[];
  /** Over the first rule, whose groups have the fields of its `groupBy`. */
  readonly over: RuleShape | undefined;
}

export interface RuleWorld extends RuleShapes {
  /** A partition that is silent for so long is passed by; events of a world are no further apart than some of these. */
  readonly idleAfterMs: number;
  readonly latenessMs: Readonly<Record<string, number>>;
  /** In the order in which they come. */
  readonly arrivals: readonly Delivery[];
}

export const sourceNames = ['s0', 's1'] as const;
export const partitionsOf = 3;

const hosts = ['h', 'i', 1, '1', null, undefined] as const;

/** What logs have in the place of a name: no text, parts of a character, names of a prototype, lists, objects, and much. */
export const strangers: readonly unknown[] = [
  '',
  '\u00e9',
  'e\u0301',
  '\ud800',
  '__proto__',
  'constructor',
  [],
  ['h', null],

  { a: 'h', b: 1 },
  JSON.parse('{"__proto__":{"toString":1}}'),
  `${'long'.repeat(100)}1`,
  `${'long'.repeat(100)}2`,
  true,
  0.1,
];

const orStranger = (usual: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...strangers) },
  );

/** Also such as need more digits than a number has, and what is no number. */
const amounts = [
  0,
  1,
  2,
  3,
  -1,
  -2.5,
  0.1,
  1e16,
  -1e16,
  1e300,
  -1e300,
  1e301,
  2 ** 53,
  -0,
  1e308,
  -1e308,
  '1e308',
  'Infinity',
  'NaN',
  '0x10',
  '',
  true,
  [3],
  '3',
  ' -1 ',
  'x',
  null,
  undefined,
];

const fields: fc.Arbitrary<EventFields> = fc
  .record({
    app: fc.constantFrom('x', 'x', 'y'),
    name: orStranger(['a', 'b', 'a', 'b', null, undefined]),
    host: orStranger(hosts),
    user: orStranger(['u', 'v', 'w', 1, '1', null, undefined]),
    n: fc.constantFrom(...amounts),
    isError: fc.boolean(),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const groupBys = [[], ['name'], ['host'], ['name', 'host']] as const;

export const anyShape = (id: string): fc.Arbitrary<RuleShape> =>
  fc
    .record({
      spec: windowSpecs,
      groupBy: fc.constantFrom(...groupBys),
      missingGroup: fc.constantFrom('null' as const, 'skip' as const),
      dedupMs: fc.constantFrom(1, 10, 40),
      app: fc.constantFrom('x' as const, 'x' as const, 'y' as const, undefined),
      exceptHost: fc.constantFrom(undefined, undefined, 'h'),
      sources: fc.constantFrom(undefined, undefined, ['s0'], ['s1']),
    })
    .map((parts) => ({ id, ...parts }));

/** Silence of all is missed from the beginning of the rule: flatline-of-all.test.ts. */
const shape = (id: string): fc.Arbitrary<RuleShape> =>
  anyShape(id).filter(({ spec, groupBy }) => spec.type !== 'flatline' || groupBy.length > 0);

/** Long ago, before the epoch, at it, and now: a clock may say anything. */
const beginnings = [-20, -3_000_000_000, 0, 1_700_000_000_000];

const delivery = fc.record({
  timeMs: fc.nat(60),
  source: fc.constantFrom(...sourceNames),
  partition: fc.nat(partitionsOf - 1),
  weight: fc.constantFrom(1, 1, 1, 2, 1_000),
  fields,
  delay: fc.nat(100),
  isCut: fc.boolean(),
  isKill: fc.constantFrom(false, false, false, true),
});

const last = {
  timeMs: 130,
  source: 's0',
  partition: 0,
  weight: 1,
  fields: { app: 'z' },
  delay: 0,
  isCut: true,
  isKill: false,
} as const;

export const ruleWorlds: fc.Arbitrary<RuleWorld> = fc
  .record({
    rules: fc.tuple(shape('first'), shape('second')),
    over: fc.option(shape('over'), { nil: undefined, freq: 2 }),
    beginMs: fc.constantFrom(...beginnings),
    s0: fc.constantFrom(0, 4, 25, 70),
    s1: fc.constantFrom(0, 4, 25, 70),
    deliveries: fc.array(delivery, { maxLength: 30, size: 'max' }),
  })
  .map(({ rules, over, beginMs, s0, s1, deliveries }) => {
    const latenessMs = { s0, s1 };
    // The reference looks at each of a thousand matches, one behind the other.
    const weightMax = rules.some(({ spec }) => spec.type === 'temporal_ordered') ? 2 : 1_000;
    // The last event is later than the wall clock ever is: then no absence is decided beyond it.
    const all = [...deliveries, last].map(
      ({ timeMs, source, partition, weight, delay, isCut, isKill, ...rest }, offset) => ({
        event: {
          fields: rest.fields,
          timeMs: beginMs + timeMs,
          timeOrigin: 'field' as const,
          source,
          position: { topic: source, partition, offset, index: 0 },
          weight: Math.min(weight, weightMax),
        },
        arrivalMs: beginMs + timeMs + Math.floor((delay * latenessMs[source]) / 100),
        isCut,
        isKill,
      }),
    );
    return {
      rules,
      over: over === undefined ? undefined : overFirst(over, rules[0]),
      latenessMs,
      idleAfterMs: 6,
      arrivals: all.toSorted((a, b) => a.arrivalMs - b.arrivalMs),
    };
  });

/** Of the fields of an event only those of the other rule's group are left. */
export function overFirst(over: RuleShape, first: RuleShape): RuleShape | undefined {
  const { spec } = over;
  const known = first.groupBy;
  if (spec.type === 'ratio' || spec.type.startsWith('temporal')) return undefined;
  const groupBy = over.groupBy.filter((field) => known.includes(field));
  if (spec.type === 'flatline' && groupBy.length === 0) return undefined;
  const [field] = known;
  if ('field' in spec && field === undefined) return undefined;
  const heard = { ...spec, ...('field' in spec ? { field } : {}), rules: ['first'] } as WindowSpec;
  return { ...over, spec: heard, groupBy, app: undefined, exceptHost: undefined, sources: first.sources };
}

/** The rule as the loader would make it. */
export const conditionsOf = ({ app }: RuleShape): Rule['conditions'] => ({
  all: app === undefined ? [] : [{ fact: 'app', operator: 'equal', value: app }],
});
