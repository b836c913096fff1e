/** How the broker is to know us. Texts, not files: whoever makes this has read the secrets. */
export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Certificates and keys as PEM texts; `{}` is TLS with the system's authorities. */
export interface KafkaTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

export type KafkaCompression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** A Kafka cluster, and how to speak with it. */
export interface KafkaBusConfig {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly groupId: string;
  /**
   * Names this reader and no other living one, the same after a restart (say, host and state file): with it a reader that
   * was killed reads on at once, and without it only after the session timeout. One source of a group may use it at a time.
   */
  readonly instanceId?: string;
  readonly ssl?: KafkaTls;
  readonly sasl?: KafkaSasl;
  /** Of what is published (none). What is read may have any. */
  readonly compression?: KafkaCompression;
  /** Records of one batch at most (2,000). */
  readonly maxBatchRecords?: number;
  /** How often to look for new topics and partitions, in milliseconds (30,000). */
  readonly topicPollMs?: number;
  /** How often to tell the broker how far we came, for lag tools only, in milliseconds (500). */
  readonly commitEveryMs?: number;
  /** Without a sign of life for that long the broker gives our partitions to others, in milliseconds (30,000). */
  readonly sessionTimeoutMs?: number;
  /** Limit of making a connection, in milliseconds (10,000). */
  readonly connectTimeoutMs?: number;
  /** Limit of one request, in milliseconds (15,000). */
  readonly requestTimeoutMs?: number;
  /** A client without any sign of life, good or bad, for that long is given up, in milliseconds (120,000). */
  readonly stallMs?: number;
}
