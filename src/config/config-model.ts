import type { HeartbeatConfig } from '../notify/http/heartbeat.ts';
import type { ReceiverConfig, SmtpServerConfig } from '../notify/receiver.ts';
import type { InhibitRule } from '../notify/routing/inhibition.ts';
import type { Route } from '../notify/routing/route.ts';
import type { MaintenanceWindow } from '../notify/routing/suppressions.ts';
import type { TimeInterval } from '../notify/routing/time-interval.ts';
import type { FactLimits } from '../runtime/limit-facts.ts';
import type { SourceConfig } from '../shared/model/source-config.ts';
import type { Secret } from '../shared/secret.ts';
import type { ConfigFault } from './config-fault.ts';

/** TLS to the brokers: with the public authorities (`true`), or with these PEM texts. */
export type KafkaTls = true | { readonly ca?: string; readonly cert?: string; readonly key?: Secret };

export interface KafkaBus {
  readonly kind: 'kafka';
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly groupId: string;
  readonly ssl?: KafkaTls;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: Secret;
  };
}

interface EmbeddedBus {
  readonly kind: 'embedded';
  readonly file: string;
  readonly retentionMs?: number;
  readonly retentionBytes?: number;
}

/** A list that rules name with `inList`: a file of one entry a line, or the entries themselves. */
export type ListConfig = { readonly file: string } | { readonly values: readonly string[] };

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** Names of the topics that tocsin writes to. */
export interface OutputTopics {
  readonly incidents: string;
  readonly remediation: string;
  readonly deadLetters: string;
  /** Where settled firings go; undefined: nowhere. */
  readonly firings?: string | undefined;
}

/** The whole configuration: validated, defaults filled in, paths absolute, durations in milliseconds, frozen. */
export interface Config {
  /** The file it was read from; null where there is none. */
  readonly file: string | null;
  readonly logLevel: (typeof logLevels)[number];
  readonly bus: KafkaBus | EmbeddedBus;
  readonly sources: readonly SourceConfig[];
  readonly outputs: OutputTopics;
  /** Files and folders. */
  readonly rules: readonly string[];
  readonly lists: Readonly<Record<string, ListConfig>>;
  /** Modules whose functions are operators, and modules whose functions are facts. */
  readonly operators: readonly string[];
  readonly facts: readonly string[];
  readonly factLimits: FactLimits & {
    /** Facts are asked about so many events at a time. */
    readonly eventsAtOnce: number;
  };
  readonly receivers: Readonly<Record<string, ReceiverConfig>>;
  readonly routes?: Route;
  /** By the names that routes mute by. */
  readonly timeIntervals: Readonly<Record<string, readonly TimeInterval[]>>;
  readonly inhibitRules: readonly InhibitRule[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly smtp?: SmtpServerConfig;
  readonly heartbeat?: HeartbeatConfig;
  readonly remediation: {
    /** Addresses, networks (CIDR) and host names that no command may ever be aimed at. */
    readonly neverTarget: readonly string[];
  };
  readonly state: { readonly file: string };
  /** Null: no web console. */
  readonly web: {
    readonly host: string;
    readonly port: number;
    /** Where people reach it, without a slash at the end; null: messages have no link to it. */
    readonly publicUrl: string | null;
  } | null;
  /** What is no fault and yet hardly meant. */
  readonly warnings: readonly ConfigFault[];
}
