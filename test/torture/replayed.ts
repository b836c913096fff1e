import type { Incident } from '../../src/shared/model/incident.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { startTopic } from '../support/kafka/start-topic.ts';
import { produce, recordCount } from '../support/kafka/topic-tools.ts';
import { TocsinProcess } from '../support/tocsin-process.ts';
import {
  type ComparedFiring,
  type ComparedIncident,
  comparedIncident,
  isStanding,
  type WrittenFiring,
  writtenFiring,
} from './compared.ts';
import { diesWithUs } from './dies-with-us.ts';
import { partitions, type TortureWorld } from './torture-world.ts';

const recordsPerBatch = 2_000;

/**
 * The same events in one go, by a process that knows of no kill: `tocsin replay`, of a topic that has at the place of each
 * late event one that no rule matches. Its lateness is longer than any partition is silent, so it finds none late itself.
 */
export async function replayed(
  world: TortureWorld,
  events: readonly LogEvent[],
  isLate: (event: LogEvent) => boolean,
): Promise<{ readonly firings: readonly ComparedFiring[]; readonly incidents: readonly ComparedIncident[] }> {
  const { brokers } = world;
  const { topic, config } = world.inTime();
  await startTopic(brokers, topic, { partitions, config: { 'retention.ms': '-1' } });
  await produce(brokers, topic, batchesOf(events, isLate));
  // A record more, and all behind it would have other places.
  const count = await recordCount(brokers, topic);
  if (count !== events.length) throw new Error(`${events.length} events were copied to ${count} records`);
  const lines = async (...options: readonly string[]): Promise<readonly unknown[]> => {
    const given = ['replay', '--config', config, '--topic', topic];
    const { code, out, err } = await diesWithUs(new TocsinProcess([...given, ...options])).finished();
    if (code !== 0) throw new Error(`replay ended with code ${code}:\n${err}`);
    return out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  };
  const [firings, incidents] = await Promise.all([lines('--firings'), lines()]);
  return {
    firings: (firings as readonly WrittenFiring[]).map(writtenFiring),
    incidents: (incidents as readonly Incident[]).filter(isStanding).map(comparedIncident),
  };
}

/** Within a partition they come in the order in which they stood. */
function* batchesOf(events: readonly LogEvent[], isLate: (event: LogEvent) => boolean) {
  for (let from = 0; from < events.length; from += recordsPerBatch)
    yield events.slice(from, from + recordsPerBatch).map((event) => ({
      partition: event.position.partition,
      value: JSON.stringify(isLate(event) ? { time: event.timeMs, app: 'late' } : event.fields),
    }));
}
