import { type BuildContext, optionalFile, readSecret, requireSecret } from './build-context.ts';
import type { Config, KafkaBus, KafkaTls } from './config-model.ts';
import type { WrittenConfig } from './config-schema.ts';
import type { Environment } from './env.ts';

type WrittenBus = NonNullable<WrittenConfig['bus']>;
type WrittenKafka = Extract<WrittenBus, { kind: 'kafka' }>;

/** The bus as configured; without one Kafka at `KAFKA_BROKERS`, and without that the embedded log in ./data. */
export function buildBus(
  written: WrittenBus | undefined,
  env: Environment,
  context: BuildContext,
): Config['bus'] {
  if (written === undefined) return busOfEnvironment(env, context);
  if (written.kind === 'kafka') return buildKafka(written, context);
  const { retention, retentionBytes } = written;
  return {
    kind: 'embedded',
    file: context.absolute(written.file),
    ...(retention === undefined ? {} : { retentionMs: retention }),
    ...(retentionBytes === undefined ? {} : { retentionBytes }),
  };
}

const broker = /^[^\s:/]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/;

function busOfEnvironment(env: Environment, context: BuildContext): Config['bus'] {
  const brokers = (env['KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (brokers.length === 0) return { kind: 'embedded', file: context.absolute('data/log.db') };
  for (const wrong of brokers.filter((part) => !broker.test(part))) {
    context.fault(['bus', 'brokers'], `"${wrong}" of KAFKA_BROKERS is not HOST:PORT`);
  }
  return { kind: 'kafka', brokers, clientId: 'tocsin', groupId: 'tocsin' };
}

function buildKafka(written: WrittenKafka, context: BuildContext): KafkaBus {
  const { brokers, clientId, groupId } = written;
  const ssl = buildTls(written.ssl, context);
  const sasl = buildSasl(written.sasl, context);
  return {
    kind: 'kafka',
    brokers,
    clientId,
    groupId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

function buildTls(written: WrittenKafka['ssl'], context: BuildContext): KafkaTls | undefined {
  if (written === undefined || typeof written === 'boolean') return written === true ? true : undefined;
  const keys = ['bus', 'ssl'];
  const ca = optionalFile(written.caFile, [...keys, 'caFile'], context);
  const cert = optionalFile(written.certFile, [...keys, 'certFile'], context);
  const key = readSecret(written, 'key', { keys, context });
  if ((written.certFile === undefined) !== (written.keyFile === undefined)) {
    context.fault(keys, 'a client certificate needs certFile and keyFile');
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function buildSasl(written: WrittenKafka['sasl'], context: BuildContext): KafkaBus['sasl'] {
  if (written === undefined) return undefined;
  const { mechanism, username } = written;
  const password = requireSecret(written, 'password', { keys: ['bus', 'sasl'], context });
  return { mechanism, username, password };
}
