import { hostname } from 'node:os';
import type { KafkaBusConfig } from '../bus/kafka/kafka-bus-config.ts';
import type { BusConfig } from '../bus/open-bus.ts';
import type { Config, KafkaBus } from '../config/config-model.ts';
import { digest } from '../engine/assemble-engine.ts';

/**
 * The configured bus for the service. Its reader is named by the machine and the state file: the state has one writer
 * at a time, so whoever else stands in the consumer group under that name is dead.
 */
export function serviceBusConfig(config: Config): BusConfig {
  const bus = busConfigOf(config);
  if (bus.kind === 'embedded') return bus;
  return { ...bus, instanceId: digest(`${hostname()}:${config.state.file}`) };
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
