import { type HttpAnswer, HttpStandIn } from './http-stand-in.ts';

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Stands in for Alertmanager's v2 API: takes what its own validation takes (200), refuses the rest (400). */
export class AlertmanagerStandIn extends HttpStandIn {
  constructor() {
    super(judge);
  }

  /** Alerts that were taken, in order. */
  get alerts(): readonly PostedAlert[] {
    return this.accepted.flatMap(({ body }) => JSON.parse(body) as PostedAlert[]);
  }
}

function judge(body: string): HttpAnswer {
  const faults = (JSON.parse(body) as PostedAlert[]).flatMap(alertFaults);
  return faults.length === 0 ? { status: 200 } : { status: 400, body: JSON.stringify(faults.join('; ')) };
}

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

/** What Alertmanager's `Alert.Validate` and its API say no to. */
export function alertFaults({ labels, annotations, startsAt, endsAt }: PostedAlert): string[] {
  const faults: string[] = [];
  if (!dateTime.test(startsAt) || !dateTime.test(endsAt)) faults.push('times must be date-times');
  if (Date.parse(startsAt) > Date.parse(endsAt)) faults.push('start time must be before end time');
  if (Object.keys(labels).length === 0) faults.push('at least one label pair required');
  for (const [name, value] of Object.entries({ ...labels, ...annotations })) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) faults.push(`invalid name ${name}`);
    if (typeof value !== 'string' || !value.isWellFormed()) faults.push(`invalid value of ${name}`);
  }
  return faults;
}
