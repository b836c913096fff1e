/** What the value of a record is: JSON, a syslog line (RFC 3164, rsyslog's file format, RFC 5424), or any text. */
export const recordFormats = ['json', 'syslog', 'text'] as const;

type RecordFormat = (typeof recordFormats)[number];

/** The formats of event times that have a name; anything else is a Luxon pattern. `auto` guesses among them. */
export const eventTimeFormats = [
  'auto',
  'iso8601',
  'epoch-s',
  'epoch-ms',
  'epoch-us',
  'epoch-ns',
  'syslog',
] as const;

/** Where a source's event time stands, and how it is written. */
export interface EventTimeSpec {
  /** Field that holds it; without one, the time in the syslog header. */
  readonly field?: string;
  /** One of `eventTimeFormats`, or a Luxon pattern. */
  readonly format: string;
  /** IANA zone or fixed offset of times that name no zone themselves. */
  readonly zone: string;
  /** The year of syslog times, which have none; without it the year is guessed from the record's timestamp. */
  readonly year?: number;
}

/** Sigma's log source: which rules are meant for the source's events. */
interface LogSourceTags {
  readonly product?: string;
  readonly service?: string;
  readonly category?: string;
}

/** Some topics that are read in one way. Validated: durations in milliseconds, defaults filled in. Immutable. */
export interface SourceConfig {
  readonly name: string;
  /** Names of topics, or patterns in which `*` stands for any run of characters. */
  readonly topics: readonly string[];
  readonly format: RecordFormat;
  /** Names the profile that adds ECS fields to the events (consume/profiles). */
  readonly profile?: string;
  /** The value is JSON, and the payload (of `format`) stands in this field of it. */
  readonly unwrap?: string;
  /** Field of the JSON value that holds an array: each element is an event. */
  readonly explode?: string;
  /** Undefined: the time the profile knows of, else the syslog header's, else the record's timestamp. */
  readonly time?: EventTimeSpec;
  /** How far behind the greatest event time an event may come and still count in windows. */
  readonly latenessMs: number;
  /** A partition that is caught up and silent for this long no longer holds the watermark back. */
  readonly idleAfterMs: number;
  /** An event time further ahead of the wall clock than this is clamped. */
  readonly maxSkewMs: number;
  /** Field, or fields, by which an event is known: what comes again with the same values counts once. */
  readonly eventId?: string | readonly string[];
  /** For how much event time ids are known at least. */
  readonly repeatsWithinMs?: number;
  /** Silence after which somebody must be told. */
  readonly silentAfterMs?: number;
  readonly logsource?: LogSourceTags;
  /** Whole numbers of JSON beyond 2^53 are the texts they are written as, instead of rounded numbers. */
  readonly exactNumbers?: boolean;
}

/** What a source is unless it says otherwise. */
export const sourceDefaults = {
  format: 'json',
  latenessMs: 120_000,
  idleAfterMs: 30_000,
  maxSkewMs: 300_000,
  repeatsWithinMs: 3_600_000,
} as const satisfies Partial<SourceConfig>;
