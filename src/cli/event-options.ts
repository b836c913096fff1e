import { type Command, Option } from 'commander';
import { profileNames } from '../consume/profiles/profiles.ts';
import { recordFormats, type SourceConfig, sourceDefaults } from '../shared/model/source-config.ts';
import { logSourceOption } from './log-source-option.ts';

/** How stored events are written, as given on the command line. */
export interface EventOptions {
  readonly format?: SourceConfig['format'];
  readonly profile?: string;
  readonly logsource?: NonNullable<SourceConfig['logsource']>;
  readonly unwrap?: string;
  readonly exactNumbers?: boolean;
  readonly timeField?: string;
  readonly timeFormat?: string;
  readonly zone?: string;
}

/** Adds the options that say how the events of a file are written. */
export function addEventOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-f, --format <format>', 'how a line is written')
        .choices([...recordFormats])
        .default('json'),
    )
    .addOption(
      new Option('-p, --profile <profile>', 'names of fields by the source').choices([...profileNames]),
    )
    .option(
      '--logsource <k=v,...>',
      "try only Sigma's rules for these events: product=windows,service=security",
      logSourceOption,
    )
    .option('--unwrap <field>', 'the payload stands in this field of a JSON line')
    .option('--exact-numbers', 'whole numbers beyond 2^53 are texts, all digits kept')
    .option('--time-field <field>', 'where the event time is')
    .option(
      '--time-format <format>',
      'iso8601, epoch-s, epoch-ms, epoch-us, epoch-ns, syslog, or a Luxon pattern',
    )
    .option('--zone <zone>', 'zone of times that name none', 'UTC');
}

/** A source as the options describe it. */
export function sourceFromOptions(name: string, options: EventOptions): SourceConfig {
  const { timeField, timeFormat } = options;
  const hasTime = timeField !== undefined || timeFormat !== undefined;
  return {
    name,
    topics: [name],
    format: options.format ?? 'json',
    latenessMs: sourceDefaults.latenessMs,
    idleAfterMs: sourceDefaults.idleAfterMs,
    maxSkewMs: sourceDefaults.maxSkewMs,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.logsource === undefined ? {} : { logsource: options.logsource }),
    ...(options.unwrap === undefined ? {} : { unwrap: options.unwrap }),
    ...(options.exactNumbers === undefined ? {} : { exactNumbers: options.exactNumbers }),
    ...(hasTime
      ? {
          time: {
            ...(timeField === undefined ? {} : { field: timeField }),
            format: timeFormat ?? 'auto',
            zone: options.zone ?? 'UTC',
          },
        }
      : {}),
  };
}
