import { type Admin, Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { Log } from '../../shared/ports/log.ts';
import type { KafkaBusConfig, KafkaSasl } from './kafka-bus-config.ts';
import { kafkaLogCreator, type OnTrouble } from './kafka-log.ts';
import { muteNegativeTimers } from './mute-negative-timers.ts';
import { registerRecordCodecs } from './record-codecs.ts';

/**
 * How often kafkajs tries by itself, some two seconds in all. Written out because its defaults differ where NODE_ENV is
 * `test`; short because the source and the outbox try again without end, and say so.
 */
export const clientRetry = {
  initialRetryTime: 200,
  retries: 3,
  maxRetryTime: 2_000,
  factor: 0.2,
  multiplier: 2,
};

/** A client of the cluster that speaks through our log, has a limit on every wait, and knows all codecs. */
export function createKafka(config: KafkaBusConfig, log: Log, onTrouble: OnTrouble): Kafka {
  muteNegativeTimers();
  registerRecordCodecs();
  const options: KafkaConfig = {
    brokers: [...config.brokers],
    clientId: config.clientId,
    connectionTimeout: config.connectTimeoutMs ?? 10_000,
    authenticationTimeout: config.connectTimeoutMs ?? 10_000,
    requestTimeout: config.requestTimeoutMs ?? 15_000,
    enforceRequestTimeout: true,
    retry: clientRetry,
    logCreator: kafkaLogCreator(log, onTrouble),
  };
  if (config.ssl !== undefined) options.ssl = { ...config.ssl };
  if (config.sasl !== undefined) options.sasl = saslOf(config.sasl);
  return new Kafka(options);
}

/** Does one thing with an admin client of its own: none is kept open, so none has to be mended after an outage. */
export async function withAdmin<T>(
  kafka: Pick<Kafka, 'admin'>,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = kafka.admin({ retry: clientRetry });
  try {
    await admin.connect();
    return await work({
      ...admin,
      listTopics: () => answered(admin.listTopics()),
      fetchTopicMetadata: (asked) => answered(admin.fetchTopicMetadata(asked)),
    });
  } finally {
    // What was asked for is done or has failed already; a broker that does not say goodbye changes neither.
    await admin.disconnect().catch(() => undefined);
  }
}

/** Where no broker answers, kafkajs takes null for the cluster's metadata and stumbles over it: an outage, not a bug of ours. */
async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw Object.assign(new Error('no broker of the cluster answered'), { retriable: true });
  }
}

/** The union's members differ by mechanism only, which the compiler cannot see through a spread. */
function saslOf({ mechanism, username, password }: KafkaSasl): SASLOptions {
  if (mechanism === 'plain') return { mechanism, username, password };
  if (mechanism === 'scram-sha-256') return { mechanism, username, password };
  return { mechanism, username, password };
}
