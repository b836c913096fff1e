/** One log line of the show: put on `topic` so many milliseconds after its start. */
export interface SampleRecord {
  readonly afterMs: number;
  readonly topic: string;
  readonly text: string;
  /** Event time, milliseconds since the epoch. */
  readonly timeMs: number;
}

type Line = (timeMs: number) => string;

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

const sshd =
  (pid: number, message: string): Line =>
  (timeMs) =>
    `${iso(timeMs).replace('Z', '+00:00')} web-1 sshd[${pid}]: ${message}`;

const sudo =
  (message: string): Line =>
  (timeMs) =>
    `${iso(timeMs).replace('Z', '+00:00')} web-1 sudo: ${message}`;

const json =
  (fields: Readonly<Record<string, unknown>>, timeField = '@timestamp'): Line =>
  (timeMs) =>
    JSON.stringify({ [timeField]: iso(timeMs), ...fields });

interface Scene {
  readonly atMs: number;
  readonly topic: string;
  readonly line: Line;
  readonly times: number;
  /** Distance between the events' times; they end where the scene stands. */
  readonly everyMs: number;
}

const scene = (atMs: number, topic: string, line: Line): Scene => ({
  atMs,
  topic,
  line,
  times: 1,
  everyMs: 0,
});

const failedSsh = sshd(4711, 'Failed password for invalid user admin from 203.0.113.7 port 51022 ssh2');

const web = (original: string, status: number): Line =>
  json({
    source: { ip: '198.51.100.23' },
    http: { request: { method: 'GET' }, response: { status_code: status } },
    url: { path: original, original },
    user_agent: { original: 'sqlmap/1.8.2#stable (https://sqlmap.org)' },
  });

const cloudTrail = (fields: Readonly<Record<string, unknown>>): Line =>
  json(
    { eventVersion: '1.08', awsRegion: 'eu-central-1', sourceIPAddress: '192.0.2.44', ...fields },
    'eventTime',
  );

const okta = json(
  {
    eventType: 'user.mfa.okta_verify.deny_push',
    displayMessage: 'User rejected Okta push verify',
    outcome: { result: 'FAILURE', reason: null },
    actor: { alternateId: 'jo@example.org', type: 'User' },
    client: { ipAddress: '198.51.100.77' },
  },
  'published',
);

const windowsLogon = json({
  Channel: 'Security',
  EventID: 4625,
  Hostname: 'dc-1',
  TargetUserName: 'administrator',
  IpAddress: '10.20.0.99',
  LogonType: '3',
});

const newAdmin = json({
  Channel: 'Security',
  EventID: 4732,
  Hostname: 'dc-1',
  TargetUserName: 'Administrators',
  SubjectUserName: 'helpdesk7',
  MemberName: 'CN=svc-backup,DC=example,DC=org',
});

const nxdomain = json(
  { _path: 'dns', 'id.orig_h': '10.20.0.51', query: 'k3j4h5g6f7d8s9.example.net', rcode_name: 'NXDOMAIN' },
  'ts',
);

/** Short scenes, each an attack that one of the sample rules knows, over about fifteen seconds. */
const scenes: readonly Scene[] = [
  { atMs: 500, topic: 'logs.auth', line: failedSsh, times: 14, everyMs: 4_000 },
  scene(2_000, 'logs.auth', sshd(4799, 'Accepted password for root from 203.0.113.7 port 51044 ssh2')),
  scene(3_500, 'logs.auth', sudo(' www-data : TTY=unknown ; PWD=/tmp ; USER=root ; COMMAND=/bin/bash')),
  {
    atMs: 5_000,
    topic: 'logs.web',
    line: web('/login.php?id=1%27%20or%201=1', 404),
    times: 24,
    everyMs: 500,
  },
  scene(5_800, 'logs.web', web('/../../../../etc/passwd', 200)),
  scene(
    6_500,
    'logs.cloudtrail',
    cloudTrail({
      eventSource: 'cloudtrail.amazonaws.com',
      eventName: 'StopLogging',
      userIdentity: {
        type: 'IAMUser',
        userName: 'build-bot',
        arn: 'arn:aws:iam::123456789012:user/build-bot',
      },
    }),
  ),
  scene(
    8_000,
    'logs.cloudtrail',
    cloudTrail({
      eventSource: 'signin.amazonaws.com',
      eventName: 'ConsoleLogin',
      userIdentity: { type: 'IAMUser', userName: 'anaya', arn: 'arn:aws:iam::123456789012:user/anaya' },
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: 'No' },
    }),
  ),
  { atMs: 9_500, topic: 'logs.okta', line: okta, times: 8, everyMs: 5_000 },
  { atMs: 11_000, topic: 'logs.windows', line: windowsLogon, times: 30, everyMs: 1_000 },
  scene(12_500, 'logs.windows', newAdmin),
  { atMs: 14_000, topic: 'logs.dns', line: nxdomain, times: 120, everyMs: 200 },
];

/** The topics of the show, which have to be there before it. */
export const sampleTopics: readonly string[] = [...new Set(scenes.map(({ topic }) => topic))];

/** The whole show as records in the order they are put on their topics, with event times around `startMs`. */
export function sampleAttacks(startMs: number): readonly SampleRecord[] {
  return scenes.flatMap(({ atMs, topic, line, times, everyMs }) =>
    Array.from({ length: times }, (_, index) => {
      const timeMs = startMs + atMs - (times - 1 - index) * everyMs;
      return { afterMs: atMs, topic, text: line(timeMs), timeMs };
    }),
  );
}
