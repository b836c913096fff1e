import { isTopicPattern, matchesTopic } from '../bus/topic-pattern.ts';
import { type SourceConfig, sourceDefaults } from '../shared/model/source-config.ts';
import type { BuildContext } from './build-context.ts';
import { jsonPath } from './config-fault.ts';
import type { OutputTopics } from './config-model.ts';
import type { WrittenConfig } from './config-schema.ts';
import type { SchemaFault } from './zod-faults.ts';

type WrittenSource = NonNullable<WrittenConfig['sources']>[number];

/** The sources of a configuration that names none: syslog of logins, and JSON on every other topic of logs. */
const defaultSources: readonly SourceConfig[] = [
  {
    ...sourceDefaults,
    name: 'auth',
    topics: ['logs.auth'],
    format: 'syslog',
    logsource: { product: 'linux' },
  },
  {
    ...sourceDefaults,
    name: 'logs',
    topics: ['logs.*'],
    time: { field: '@timestamp', format: 'auto', zone: 'UTC' },
  },
];

export function buildSources(written: readonly WrittenSource[] | undefined): readonly SourceConfig[] {
  return written === undefined ? defaultSources : written.map(buildSource);
}

function buildSource(written: WrittenSource): SourceConfig {
  const { lateness, idleAfter, maxSkew, silentAfter, time, logsource, profile, unwrap, explode } = written;
  const { exactNumbers, eventId, repeatsWithin } = written;
  return {
    name: written.name,
    topics: written.topics,
    format: written.format,
    latenessMs: lateness ?? sourceDefaults.latenessMs,
    idleAfterMs: idleAfter ?? sourceDefaults.idleAfterMs,
    maxSkewMs: maxSkew ?? sourceDefaults.maxSkewMs,
    ...(silentAfter === undefined ? {} : { silentAfterMs: silentAfter }),
    ...(profile === undefined ? {} : { profile }),
    ...(unwrap === undefined ? {} : { unwrap }),
    ...(explode === undefined ? {} : { explode }),
    ...(eventId === undefined ? {} : { eventId }),
    ...(repeatsWithin === undefined ? {} : { repeatsWithinMs: repeatsWithin }),
    ...(exactNumbers === undefined ? {} : { exactNumbers }),
    ...(time === undefined ? {} : { time: withoutUndefined(time) }),
    ...(logsource === undefined ? {} : { logsource: withoutUndefined(logsource) }),
  };
}

/** zod writes what is left out as undefined in the type; here it is left out. */
function withoutUndefined<T extends object>(written: T): Defined<T> {
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined)) as Defined<T>;
}

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/**
 * One topic belongs to one source: a topic named twice is a fault, and so is one that means what tocsin writes. A pattern
 * that an earlier one covers is never read: that is a warning.
 */
export function checkTopics(
  sources: readonly SourceConfig[],
  outputs: OutputTopics,
  context: BuildContext,
): SchemaFault[] {
  const warnings: SchemaFault[] = [];
  const written = sources.flatMap((source, index) =>
    source.topics.map((topic, at) => ({ topic, source, keys: ['sources', index, 'topics', at] })),
  );
  for (const [index, { topic, source, keys }] of written.entries()) {
    const earlier = written.slice(0, index);
    const same = earlier.find((other) => other.topic === topic);
    if (same !== undefined)
      context.fault(keys, `topic ${topic} belongs to source ${same.source.name} already`);
    const own = Object.values(outputs).find((output) => matchesTopic(topic, output));
    if (own !== undefined) context.fault(keys, `means ${own}, which tocsin itself writes to`);
    const cover = isTopicPattern(topic)
      ? earlier.find((other) => matchesTopic(other.topic, topic))
      : undefined;
    if (cover === undefined || same !== undefined) continue;
    const message = `source ${source.name} never reads ${topic}: ${cover.topic} of source ${cover.source.name} comes first`;
    warnings.push({ path: jsonPath(keys), message });
  }
  return warnings;
}

/** Names of sources are used once; so are those of the output topics. */
export function checkNames(
  sources: readonly SourceConfig[],
  outputs: OutputTopics,
  context: BuildContext,
): void {
  for (const [index, source] of sources.entries()) {
    const isTaken = sources.slice(0, index).some((other) => other.name === source.name);
    if (isTaken) context.fault(['sources', index, 'name'], `there is another source named ${source.name}`);
  }
  const topics = Object.entries(outputs);
  for (const [index, [key, topic]] of topics.entries()) {
    const other = topics.slice(0, index).find(([, taken]) => taken === topic);
    if (other !== undefined) context.fault(['outputs', key], `is the topic of outputs.${other[0]} already`);
  }
}
