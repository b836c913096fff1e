import { canonicalJson } from '../shared/canonical-json.ts';
import { isoTime } from '../shared/iso-time.ts';
import { isoToMs } from '../shared/iso-to-ms.ts';
import type { Incident } from '../shared/model/incident.ts';
import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { OutgoingRecord } from '../shared/model/log-record.ts';
import type { RemediationSpec, Rule } from '../shared/model/rule.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { checkTarget, type TargetLimits } from './check-target.ts';
import { type Fault, fillTarget } from './fill-target.ts';
import { defaultNeverTarget, neverTarget } from './never-target.ts';
import { type OpenC2Action, type OpenC2Command, openC2Actions } from './open-c2.ts';
import type { Refusal } from './refusal.ts';

export interface RemediationOptions extends TargetLimits {
  /** Topic of the commands. */
  readonly topic: string;
  /** `ce_source`, the same as on the incidents topic. */
  readonly source: string;
  /** UTF-8. */
  readonly encode: (text: string) => Uint8Array;
  /** A proposal for something that does not last (no `duration`) is stale after this. */
  readonly staleAfterMs: number;
}

/** A command that is proposed, and the record that carries it. */
export interface PlannedCommand {
  readonly id: string;
  readonly incidentId: string;
  readonly ruleId: string;
  readonly command: OpenC2Command;
  /** Event time, milliseconds: after it the command must not be carried out any more. */
  readonly expiresMs: number;
  readonly record: OutgoingRecord;
}

export interface RemediationPlan {
  readonly commands: readonly PlannedCommand[];
  /** To be counted and shown: an incident lists the ids of these commands too. */
  readonly refusals: readonly Refusal[];
}

/** What a command may hit, and how long a proposal stands, unless configured otherwise. */
export const remediationDefaults: TargetLimits & Pick<RemediationOptions, 'staleAfterMs'> = {
  never: neverTarget(defaultNeverTarget),
  widestIpv4Prefix: 24,
  widestIpv6Prefix: 48,
  staleAfterMs: 86_400_000,
};

const nothing: RemediationPlan = { commands: [], refusals: [] };

/**
 * What a new incident's rule asks to be done, as OpenC2 commands in mode `propose`: somebody else decides. The times
 * are event times, so that a command about an attack of yesterday has expired when a backlog is read today.
 * Fields come from attackers: a target that is not exactly what it should be is refused by name.
 */
export function planRemediation(
  { kind, incident }: IncidentChange,
  rule: Rule,
  options: RemediationOptions,
): RemediationPlan {
  if (kind !== 'opened' || incident.shadow) return nothing;
  const commands: PlannedCommand[] = [];
  const refusals: Refusal[] = [];
  for (const [index, spec] of rule.remediation.entries()) {
    const planned = planCommand(spec, { incident, index, options });
    if (planned.ok) commands.push(planned.value);
    else refusals.push({ incidentId: incident.id, ruleId: rule.id, index, ...planned.failure });
  }
  return { commands, refusals };
}

/**
 * Ids of the commands that a rule proposes for an incident, in the order of its `remediation`: the incident's id, and
 * which one it is. At most 36 characters without white space, as OpenC2 asks.
 */
export const commandIds = (rule: Pick<Rule, 'remediation'>, incidentId: string): string[] =>
  rule.remediation.map((_, index) => commandId(incidentId, index));

const commandId = (incidentId: string, index: number): string =>
  `${incidentId.replace(/[^\w.-]/g, '_').slice(0, 31)}-${index}`;

interface Context {
  readonly incident: Incident;
  readonly index: number;
  readonly options: RemediationOptions;
}

function planCommand(spec: RemediationSpec, context: Context): Result<PlannedCommand, Fault> {
  const { incident, index, options } = context;
  const { action, mode, durationMs } = spec;
  if (!isAction(action))
    return fail({ reason: 'unknown-action', detail: `OpenC2 has no action "${action}"` });
  // Nobody can approve yet: proposing where an order was asked for would leave people waiting for what never comes.
  if (mode !== 'propose') return fail({ reason: 'mode-not-supported', detail: `mode "${mode}"` });
  const filled = fillTarget(spec.target, incident);
  if (!filled.ok) return filled;
  const target = checkTarget(filled.value, options);
  if (!target.ok) return target;
  const startMs = isoToMs(incident.lastSeen);
  const id = commandId(incident.id, index);
  const command: OpenC2Command = {
    action,
    target: target.value,
    args: {
      start_time: startMs,
      ...(durationMs === undefined ? {} : { duration: durationMs }),
      response_requested: 'complete',
    },
    command_id: id,
  };
  const expiresMs = startMs + (durationMs ?? options.staleAfterMs);
  const record = commandRecord(command, { incident, expiresMs, options });
  return ok({ id, incidentId: incident.id, ruleId: incident.rule.id, command, expiresMs, record });
}

const isAction = (action: string): action is OpenC2Action => openC2Actions.some((known) => known === action);

/**
 * A command as a record: keyed by its target, so that commands about one target keep their order; the value is the
 * OpenC2 command alone. `tocsin-mode: propose` says that it is no order; who carries commands out must look at it.
 */
function commandRecord(
  command: OpenC2Command,
  { incident, expiresMs, options }: { incident: Incident; expiresMs: number; options: RemediationOptions },
): OutgoingRecord {
  const { encode, topic, source } = options;
  const headers: Readonly<Record<string, string>> = {
    'tocsin-mode': 'propose',
    'tocsin-incident': incident.id,
    'tocsin-rule': incident.rule.id,
    'tocsin-expires': isoTime(expiresMs),
    ce_specversion: '1.0',
    ce_id: command.command_id,
    ce_type: 'tocsin.remediation.proposed.v1',
    ce_source: source,
    ce_time: incident.lastSeen,
    ce_subject: incident.id,
    'content-type': 'application/openc2+json;version=1.0',
  };
  return {
    topic,
    key: encode(canonicalJson(command.target)),
    value: encode(JSON.stringify(command)),
    headers: Object.entries(headers).map(([name, value]) => [name, encode(value)] as const),
    timestampMs: command.args.start_time,
  };
}
