import type { Bus } from '../bus/open-bus.ts';
import { isTopicPattern } from '../bus/topic-pattern.ts';
import type { Config } from '../config/config-model.ts';
import type { LiveRules } from '../live-rules/live-rules.ts';
import type { ServiceRules } from '../live-rules/load-service-rules.ts';
import { keepBeating } from '../notify/http/heartbeat.ts';
import type { Deliverer } from '../notify/outbox/deliver.ts';
import type { Telling } from '../notify/telling/telling.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { MetricsRegistry } from '../runtime/metrics-registry.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Log } from '../shared/ports/log.ts';
import type { Notifier } from '../shared/ports/notifier.ts';
import type { TopicSpec } from '../shared/ports/record-sink.ts';
import type { RecordSource } from '../shared/ports/record-source.ts';
import { WorldError } from '../shared/world-error.ts';
import type { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { type StatusServer, startStatusServer } from '../web/status-server.ts';
import { LifeSigns } from './life-signs.ts';
import { openPages } from './open-pages.ts';

/** The running service. */
export interface Service {
  /** Rules that run at this moment. */
  readonly ruleCount: number;
  /** Where health and metrics are served; null where they are not. */
  readonly address: string | null;
  /** Resolves with the reason when the service cannot go on; never otherwise. */
  readonly failed: Promise<Error>;
  /** Calls the listener for every new version of an incident, once it is durable. Returns how to end that. */
  onChange(listener: (change: IncidentChange) => void): () => void;
  /** Reads rules and lists again now. They follow their files by themselves as well. */
  reloadRules(): void;
  /** Stops reading, commits, delivers for at most that long, and closes. `left` messages wait for the next start. */
  stop(drainMs: number): Promise<{ left: number }>;
  /** What a stop waits for, once there is one: for whoever gives it up. */
  readonly stopsAt: string;
  /** Closes what is open without working on anything any more: after a failure. */
  abandon(): Promise<void>;
}

export interface ServiceParts {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: MetricsRegistry;
  readonly store: SqliteStore;
  readonly bus: Bus;
  readonly deliverer: Deliverer;
  readonly notifiers: ReadonlyMap<string, Notifier>;
  readonly pipeline: Pipeline;
  readonly telling: Telling;
  readonly listeners: Set<(change: IncidentChange) => void>;
  readonly failed: Promise<Error>;
  readonly rules: LiveRules;
  swap(rules: ServiceRules): Promise<void>;
  fail(error: unknown): void;
}

/** How often time passes on quiet topics. */
const tickMs = 500;

/** Partitions of tocsin's own topics where it creates them: room for consumers, few enough for one broker. */
const topicPartitions = 6;

/** Dead letters are whole, and a source's topic may allow more than the broker does by default (1 MiB). */
const deadLetterBytesMax = 64 * 1024 * 1024;

/** Starts everything that moves: status page, delivery of what the last run left, ticks, and reading. */
export async function startReading(parts: ServiceParts): Promise<Service> {
  const { config, deliverer, bus } = parts;
  const status = config.web === null ? null : await serveStatus(config.web, parts);
  const source = bus.source(config.sources.flatMap((each) => each.topics));
  const stopping = new AbortController();
  const signs = new LifeSigns(parts.clock, parts.store);
  const reading = read(parts, { source, signs }, stopping.signal).catch(parts.fail);
  const beating = beat(parts, signs, stopping.signal).catch(parts.fail);
  parts.rules.follow(parts.swap).catch(parts.fail);
  const ticker = setInterval(() => tick(parts, source, signs), tickMs);
  let stopsAt = 'nothing yet';
  const close = async (): Promise<void> => {
    stopsAt = 'what is open to close';
    clearInterval(ticker);
    await beating;
    await status?.close();
    await Promise.all([...parts.notifiers.values()].map((notifier) => notifier.close()));
    await bus.close();
    parts.store.close();
  };
  return {
    get ruleCount() {
      return parts.rules.summary.rules;
    },
    reloadRules: () => parts.rules.reload(),
    address: status?.address ?? null,
    failed: parts.failed,
    onChange: (listener) => {
      parts.listeners.add(listener);
      return () => parts.listeners.delete(listener);
    },
    get stopsAt() {
      return stopsAt;
    },
    stop: async (drainMs) => {
      stopping.abort();
      parts.rules.stop();
      stopsAt = 'the batches in hand, and the group of the broker to be left';
      await source.stop();
      stopsAt = 'the client of the broker to give up';
      await reading;
      clearInterval(ticker);
      stopsAt = 'the last messages';
      const left = await deliverer.drain(drainMs);
      await close();
      return left;
    },
    abandon: async () => {
      stopping.abort();
      parts.rules.stop();
      stopsAt = 'the group of the broker to be left';
      await source.stop();
      stopsAt = 'the message under way';
      await deliverer.stop();
      await close();
    },
  };
}

/** Says that the service is alive, where somebody is to hear that. */
async function beat(parts: ServiceParts, signs: LifeSigns, stopping: AbortSignal): Promise<void> {
  const { heartbeat } = parts.config;
  if (heartbeat !== undefined)
    await keepBeating(heartbeat, { ...parts, whySilent: () => signs.whySilent() }, stopping);
}

async function read(
  parts: ServiceParts,
  { source, signs }: { source: RecordSource; signs: LifeSigns },
  stopping: AbortSignal,
): Promise<void> {
  parts.deliverer.wake();
  await ensureTopics(parts, stopping);
  if (!stopping.aborted) await source.run(signs.watching(parts.pipeline));
}

/** tocsin's own topics, created where they are missing. A broker that is away is waited for, for as long as it takes. */
async function ensureTopics({ config, bus, log, clock }: ServiceParts, stopping: AbortSignal): Promise<void> {
  const { incidents, remediation, deadLetters, firings } = config.outputs;
  const topics: TopicSpec[] = [
    { topic: incidents, partitions: topicPartitions, compacted: true },
    { topic: remediation, partitions: topicPartitions, compacted: false },
    { topic: deadLetters, partitions: 1, compacted: false, recordBytesMax: deadLetterBytesMax },
    ...missingOfEmbeddedLog(config),
    ...(firings === undefined ? [] : [{ topic: firings, partitions: topicPartitions, compacted: false }]),
  ];
  for (let waitMs = 500; !stopping.aborted; waitMs = Math.min(waitMs * 2, 15_000)) {
    try {
      await bus.sink.ensureTopics(topics);
      return;
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      // Not allowed to create topics, say: what is to be told waits in the outbox, and reading goes on as far as it can.
      if (!error.mayPass) {
        log.error(error.message);
        return;
      }
      log.warn(`waiting for the broker: ${error.message}`, { againInMs: waitMs });
      await clock.sleep(waitMs, stopping);
    }
  }
}

/** The topics a source names: created in the embedded log, whose owner we are; on Kafka that is the operator's decision. */
function missingOfEmbeddedLog({ bus, sources }: Config): TopicSpec[] {
  if (bus.kind !== 'embedded') return [];
  const names = sources.flatMap((source) => source.topics).filter((topic) => !isTopicPattern(topic));
  return names.map((topic) => ({ topic, partitions: 1, compacted: false }));
}

function tick(
  { pipeline, telling, store, deliverer, fail }: ServiceParts,
  source: RecordSource,
  signs: LifeSigns,
): void {
  try {
    // `tocsin incidents ack`, `tocsin outbox retry` and their like write beside us.
    if (store.hasNewsOfOthers()) {
      telling.replaceSilences(store.silences());
      pipeline.act();
      deliverer.wake();
    }
    const isCurrent = source.isCurrent();
    pipeline.tick(isCurrent);
    signs.ticked(isCurrent);
  } catch (error) {
    fail(error);
  }
}

function serveStatus(
  { host, port }: { host: string; port: number },
  parts: ServiceParts,
): Promise<StatusServer> {
  const { metrics, store, rules } = parts;
  let failure: string | null = null;
  void parts.failed.then((error) => {
    failure = error.message;
  });
  const incidents = openPages(parts.config, {
    store,
    descriptionOf: (id) => rules.now.loaded.find(({ rule }) => rule.id === id)?.rule.description ?? '',
  });
  return startStatusServer({
    host,
    port,
    ...(incidents === undefined ? {} : { incidents }),
    metrics: () => metrics.exposition(),
    health: () => ({
      isHealthy: failure === null,
      detail: { ...rules.summary, outbox: store.depth(), failure },
    }),
  });
}
