import { type HttpAnswer, HttpStandIn, jsonApi } from './http-stand-in.ts';

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/**
 * Stands in for Alertmanager's v2 API, `api/v2/openapi.yaml` of prometheus/alertmanager: takes what its own validation
 * takes (200), refuses the rest (400).
 */
export class AlertmanagerStandIn extends HttpStandIn {
  constructor() {
    super(jsonApi('/api/v2/alerts', judge));
  }

  /** Alerts that were taken, in order. */
  get alerts(): readonly PostedAlert[] {
    return this.accepted.flatMap(({ body }) => JSON.parse(body) as PostedAlert[]);
  }
}

function judge(alerts: unknown): HttpAnswer {
  const faults = Array.isArray(alerts)
    ? (alerts as PostedAlert[]).flatMap(alertFaults)
    : ['no list of alerts'];
  return faults.length === 0 ? { status: 200 } : { status: 400, body: JSON.stringify(faults.join('; ')) };
}

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** What Alertmanager's `Alert.Validate` and its API say no to. */
export function alertFaults({ labels, annotations, startsAt, endsAt, generatorURL }: PostedAlert): string[] {
  const faults: string[] = [];
  if (!dateTime.test(startsAt) || !dateTime.test(endsAt)) faults.push('times must be date-times');
  if (Date.parse(startsAt) > Date.parse(endsAt)) faults.push('start time must be before end time');
  if (generatorURL !== undefined && !URL.canParse(generatorURL)) faults.push('generatorURL must be a URI');
  // Labels without a value are as if they were not there.
  if (Object.values(labels).every((value) => value === '')) faults.push('at least one label pair required');
  for (const [name, value] of Object.entries({ ...labels, ...annotations })) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) faults.push(`invalid name ${name}`);
    if (typeof value !== 'string' || !value.isWellFormed()) faults.push(`invalid value of ${name}`);
  }
  return faults;
}
