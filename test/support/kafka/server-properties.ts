import { join } from 'node:path';

interface ServerPorts {
  readonly client: number;
  readonly controller: number;
  /** TLS with SCRAM. */
  readonly secure: number;
}

export interface ServerOptions {
  readonly folder: string;
  readonly ports: ServerPorts;
  /** Password of the key store `server.p12` in the folder; without it there is no secure listener. */
  readonly storePassword?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** The settings of one node that is broker and controller, listening on the loopback only. */
export function serverProperties({ folder, ports, storePassword, config = {} }: ServerOptions): string {
  const names =
    storePassword === undefined ? ['PLAINTEXT', 'CONTROLLER'] : ['PLAINTEXT', 'CONTROLLER', 'SASL_SSL'];
  const portOf: Readonly<Record<string, number>> = {
    PLAINTEXT: ports.client,
    CONTROLLER: ports.controller,
    SASL_SSL: ports.secure,
  };
  const listeners = names.map((name) => `${name}://127.0.0.1:${portOf[name]}`).join(',');
  const settings: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.controller}`,
    listeners,
    'advertised.listeners': listeners,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(folder, 'logs'),
    // One node holds the only copy: with the default of three, groups and transactions would never come up.
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    // Kafka's retention goes by the records' own time, and tests use old ones: after half a minute they would be gone.
    'log.retention.ms': '-1',
    ...(storePassword === undefined ? {} : secureSettings(folder, storePassword)),
    ...config,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

const secureSettings = (folder: string, storePassword: string): Record<string, string> => ({
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512,PLAIN',
  'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'listener.name.sasl_ssl.plain.sasl.jaas.config':
    'org.apache.kafka.common.security.plain.PlainLoginModule required user_plainuser="plain-secret";',
  'ssl.keystore.type': 'PKCS12',
  'ssl.keystore.location': join(folder, 'server.p12'),
  'ssl.keystore.password': storePassword,
  'ssl.key.password': storePassword,
});

/** Kafka's own log: warnings and errors, on standard error. */
export const log4jProperties = `status=error
rootLogger.level=warn
rootLogger.appenderRef.e.ref=err
appender.e.type=Console
appender.e.name=err
appender.e.target=SYSTEM_ERR
appender.e.layout.type=PatternLayout
appender.e.layout.pattern=%d{HH:mm:ss.SSS} %-5p %c{1} %m%n
`;
