import type { Severity } from './severity.ts';
import type { WindowSpec } from './window-spec.ts';

/** `draft` is not loaded; `shadow` evaluates and counts but tells nobody; `production` alerts. */
export type RuleStatus = 'draft' | 'shadow' | 'production';

/** Where a rule was written, for messages to its author. */
export interface RuleOrigin {
  readonly file: string;
  /** JSON path within the file (`$` or `$[3]`), or `document N` of a YAML file. */
  readonly path: string;
}

/** Conditions that exclude an event from a rule, with who decided it and why. */
export interface RuleException {
  readonly conditions: unknown;
  readonly reason: string;
  readonly author?: string;
  /** Event time, milliseconds since the epoch, from which the exception no longer holds. */
  readonly expiresAtMs?: number;
}

/** What a rule of json-rules-engine emits where it fires: `{type, params}`. A param may name a fact. */
export interface RuleEvent {
  readonly type: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What a rule asks to be done about what it found. Only `propose` exists without an approver. */
export interface RemediationSpec {
  readonly action: string;
  /** One OpenC2 target, its strings templates: `{"ipv4_net":"{{ source.ip }}"}`. */
  readonly target: Readonly<Record<string, unknown>>;
  readonly durationMs?: number;
  readonly mode: 'propose' | 'approve' | 'automatic';
}

/**
 * A rule as validated at load: durations in milliseconds, defaults filled in, strings still templates. Immutable.
 * `conditions` is json-rules-engine's tree as it was written; `detect/match` compiles it.
 */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly status: RuleStatus;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly runbook: string;
  readonly falsePositives: readonly string[];
  /** Names of sources the rule reads; undefined = all. */
  readonly sources?: readonly string[];
  readonly conditions: unknown;
  readonly exceptions: readonly RuleException[];
  readonly groupBy: readonly string[];
  /** An event that lacks a field of `groupBy`: grouped under null, or left out and counted. */
  readonly missingGroup: 'null' | 'skip';
  /** Undefined: the rule fires on every match. */
  readonly window?: WindowSpec;
  /** Quiet time in event time after which an incident resolves, and a new firing opens a new one. */
  readonly dedupMs: number;
  /** Receivers to tell whatever the routes say. */
  readonly notify: readonly string[];
  readonly remediation: readonly RemediationSpec[];
  /** False: only other rules hear of its firings. */
  readonly alert: boolean;
  /** Only of a rule as json-rules-engine writes it. */
  readonly event?: RuleEvent;
  /** Changes when, and only when, the meaning of the rule changes (conditions, group, window, dedup). */
  readonly hash: string;
  readonly origin: RuleOrigin;
}
