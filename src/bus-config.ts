import type { KafkaBusConfig } from './bus/kafka/kafka-bus-config.ts';
import type { BusConfig } from './bus/open-bus.ts';
import type { Config, KafkaBus } from './config/config-model.ts';

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
