import { type HttpAnswer, type HttpAsked, HttpStandIn, jsonApi } from './http-stand-in.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Stands in for PagerDuty's Events API v2, `reference/events-v2/openapiv3.json` of PagerDuty/api-schema and the limits of
 * its documentation: takes what it takes (202) and says of the rest what is wrong with it (400).
 */
export class PagerDutyStandIn extends HttpStandIn {
  /** 32 characters, as PagerDuty's are. */
  static readonly routingKey = 'R0123456789ABCDEF0123456789ABCDE';

  constructor() {
    super(jsonApi('/v2/enqueue', judge));
  }

  get url(): string {
    return `${this.origin}/v2/enqueue`;
  }

  /** Events that were taken, in order. */
  get events(): readonly Json[] {
    return this.accepted.map(({ body }) => JSON.parse(body) as Json);
  }
}

function judge(value: unknown, { body }: HttpAsked): HttpAnswer {
  const event = (value ?? {}) as Json;
  const errors = faults(event, Buffer.byteLength(body));
  if (errors.length === 0) {
    const { dedup_key } = event;
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

function faults(event: Json, bytes: number): string[] {
  if (bytes > 512 * 1024) return ['payload is larger than 512 KB'];
  const found: string[] = [];
  if (String(event['routing_key']).length !== 32) found.push("Length of 'routing_key' is incorrect");
  const key = event['dedup_key'];
  if (typeof key !== 'string' || key.length === 0 || key.length > 255) found.push("'dedup_key' is invalid");
  const action = event['event_action'];
  if (!['trigger', 'acknowledge', 'resolve'].includes(String(action)))
    found.push("'event_action' is invalid");
  return action === 'trigger' ? [...found, ...linkFaults(event), ...payloadFaults(event['payload'])] : found;
}

const isWebAddress = (text: unknown): boolean =>
  /^https?:\/\//.test(String(text)) && URL.canParse(String(text));

function linkFaults({ links = [], client_url }: Json): string[] {
  const found = client_url === undefined || isWebAddress(client_url) ? [] : ["'client_url' is invalid"];
  const isLink = ({ href, text }: Json): boolean =>
    isWebAddress(href) && (text === undefined || (typeof text === 'string' && text !== ''));
  return Array.isArray(links) && (links as Json[]).every(isLink) ? found : [...found, "'links' are invalid"];
}

function payloadFaults(payload: unknown): string[] {
  if (typeof payload !== 'object' || payload === null) return ["'payload' is missing or blank"];
  const { summary, source, severity, timestamp, custom_details } = payload as Json;
  const found: string[] = [];
  if (typeof summary !== 'string' || summary === '') found.push("'payload.summary' is missing or blank");
  else if (summary.length > 1_024) found.push("'payload.summary' is longer than 1024");
  if (typeof source !== 'string' || source === '') found.push("'payload.source' is missing or blank");
  if (!['critical', 'error', 'warning', 'info'].includes(String(severity)))
    found.push("'payload.severity' is invalid");
  if (custom_details !== undefined && (typeof custom_details !== 'object' || Array.isArray(custom_details)))
    found.push("'payload.custom_details' is invalid");
  for (const name of ['class', 'component', 'group']) {
    const value = (payload as Json)[name];
    if (value !== undefined && typeof value !== 'string') found.push(`'payload.${name}' is invalid`);
  }
  if (Number.isNaN(Date.parse(String(timestamp)))) found.push("'payload.timestamp' is invalid");
  return found;
}
