import { type HttpAnswer, HttpStandIn } from './http-stand-in.ts';

type Json = Readonly<Record<string, unknown>>;

/** Stands in for PagerDuty's Events API v2: takes what it takes (202) and says of the rest what is wrong with it (400). */
export class PagerDutyStandIn extends HttpStandIn {
  /** 32 characters, as PagerDuty's are. */
  static readonly routingKey = 'R0123456789ABCDEF0123456789ABCDE';

  constructor() {
    super(judge);
  }

  get url(): string {
    return `${this.origin}/v2/enqueue`;
  }

  /** Events that were taken, in order. */
  get events(): readonly Json[] {
    return this.accepted.map(({ body }) => JSON.parse(body) as Json);
  }
}

function judge(body: string): HttpAnswer {
  const errors = faults(body);
  if (errors.length === 0) {
    const { dedup_key } = JSON.parse(body) as Json;
    return {
      status: 202,
      body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key }),
    };
  }
  return {
    status: 400,
    body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }),
  };
}

function faults(body: string): string[] {
  if (Buffer.byteLength(body) > 512 * 1024) return ['payload is larger than 512 KB'];
  const event = JSON.parse(body) as Json;
  const found: string[] = [];
  if (String(event['routing_key']).length !== 32) found.push("Length of 'routing_key' is incorrect");
  const key = event['dedup_key'];
  if (typeof key !== 'string' || key.length === 0 || key.length > 255) found.push("'dedup_key' is invalid");
  const action = event['event_action'];
  if (!['trigger', 'acknowledge', 'resolve'].includes(String(action)))
    found.push("'event_action' is invalid");
  return action === 'trigger' ? [...found, ...payloadFaults(event['payload'] as Json)] : found;
}

function payloadFaults({ summary, source, severity, timestamp }: Json): string[] {
  const found: string[] = [];
  if (typeof summary !== 'string' || summary === '') found.push("'payload.summary' is missing or blank");
  else if (summary.length > 1_024) found.push("'payload.summary' is longer than 1024");
  if (typeof source !== 'string' || source === '') found.push("'payload.source' is missing or blank");
  if (!['critical', 'error', 'warning', 'info'].includes(String(severity)))
    found.push("'payload.severity' is invalid");
  if (Number.isNaN(Date.parse(String(timestamp)))) found.push("'payload.timestamp' is invalid");
  return found;
}
