import { hostname } from 'node:os';
import { digest } from './assemble-engine.ts';
import type { KafkaBusConfig } from './bus/kafka/kafka-bus-config.ts';
import type { BusConfig } from './bus/open-bus.ts';
import type { Config, KafkaBus } from './config/config-model.ts';

/**
 * The configured bus for the service. Its client id names the state file and the machine: the state has one writer at a
 * time, so whoever stands in the consumer group under that id is dead.
 */
export function serviceBusConfig(config: Config): BusConfig {
  const bus = busConfigOf(config);
  if (bus.kind === 'embedded') return bus;
  return {
    ...bus,
    clientId: `${bus.clientId}-${digest(`${hostname()}:${config.state.file}`)}`,
    ownsClientId: true,
  };
}

/** The configured bus, its secrets revealed; with a consumer group of its own for a command that reads beside the service. */
export function busConfigOf({ bus }: Config, groupId?: string): BusConfig {
  if (bus.kind === 'embedded') return bus;
  const { ssl, sasl, ...rest } = bus;
  return {
    ...rest,
    ...(groupId === undefined ? {} : { groupId }),
    ...(ssl === undefined ? {} : { ssl: tlsOf(ssl) }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl, password: sasl.password.reveal() } }),
  };
}

function tlsOf(ssl: NonNullable<KafkaBus['ssl']>): NonNullable<KafkaBusConfig['ssl']> {
  if (ssl === true) return {};
  const { key, ...certificates } = ssl;
  return { ...certificates, ...(key === undefined ? {} : { key: key.reveal() }) };
}
