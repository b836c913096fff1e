import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../test/support/decode.ts';
import { compileField } from '../../shared/field-path.ts';
import { profileNames } from './profiles.ts';

/** The event that a profile makes of what a producer writes, and its fields by their ECS names. */
function decoded(profile: string, written: Readonly<Record<string, unknown>>) {
  const { events } = decodeText(JSON.stringify(written), { profile });
  const [event] = events;
  if (event === undefined || events.length !== 1) throw new Error('not one event');
  const read = (...names: string[]): unknown[] => names.map((name) => compileField(name)(event.fields));
  return { event, read, written };
}

const samples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'fluentd-syslog': {
    pri: 38,
    host: 'web-1',
    ident: 'sshd',
    pid: '4711',
    message: 'Failed password for root from 203.0.113.7 port 22 ssh2',
  },
  'fluentd-nginx': {
    remote: '203.0.113.7',
    host: '192.0.2.1',
    user: '-',
    method: 'GET',
    path: '/a?b=c',
    code: '404',
    size: '777',
    referer: '-',
    agent: 'curl/8',
  },
  zeek: {
    ts: 1591367999.305988,
    uid: 'C1',
    'id.orig_h': '203.0.113.7',
    'id.orig_p': 36844,
    'id.resp_h': '192.0.2.1',
    'id.resp_p': 53,
    proto: 'udp',
    service: 'dns',
    query: 'example.org',
    qtype_name: 'A',
    rcode_name: 'NOERROR',
  },
  ecs: { '@timestamp': '2026-03-01T10:00:00Z', source: { ip: '203.0.113.7' } },
  cloudtrail: {
    eventTime: '2023-11-10T16:24:34Z',
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.7',
    userIdentity: { type: 'IAMUser', userName: 'anaya' },
    responseElements: { ConsoleLogin: 'Success' },
    eventID: 'e1',
  },
  okta: {
    eventType: 'user.session.start',
    published: '2020-02-14T20:18:57.718Z',
    outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
    actor: { alternateId: 'eve@example.org' },
    client: { ipAddress: '203.0.113.7', userAgent: { rawUserAgent: 'Mozilla' } },
    uuid: 'u1',
  },
};

const sample = (name: string): Readonly<Record<string, unknown>> => samples[name] ?? {};

describe.each(Object.keys(samples))('the profile %s', (name) => {
  test('is one that a configuration can name', () => {
    expect(profileNames).toContain(name);
  });

  test('keeps every field as the producer wrote it', () => {
    const { event, written } = decoded(name, sample(name));
    for (const [key, value] of Object.entries(written)) {
      if (typeof value === 'object') expect(event.fields[key]).toMatchObject(value as object);
      else expect(event.fields[key]).toEqual(value);
    }
  });

  test('gives source.ip the client', () => {
    expect(decoded(name, sample(name)).read('source.ip')).toEqual(['203.0.113.7']);
  });

  test('adds nothing to an event of another kind but what is certain', () => {
    const { event } = decoded(name, { unknown: 1 });
    expect(event.fields).toEqual({ unknown: 1 });
  });

  test('does not replace an ECS field that is there', () => {
    const { read } = decoded(name, { ...sample(name), source: { ip: '198.51.100.1' } });
    expect(read('source.ip')).toEqual(['198.51.100.1']);
  });
});

test('fluentd-syslog: the same fields as from the line itself', () => {
  const { event, read } = decoded('fluentd-syslog', sample('fluentd-syslog'));
  expect(
    read(
      'event.action',
      'event.outcome',
      'user.name',
      'source.port',
      'process.name',
      'process.pid',
      'host.hostname',
      'host',
    ),
  ).toEqual(['ssh_login', 'failure', 'root', 22, 'sshd', 4711, 'web-1', 'web-1']);
  expect(event.timeOrigin).toBe('record');
});

test('fluentd-syslog: a repeated message weighs as often as it was repeated, and stays as received', () => {
  const message = 'message repeated 5 times: [ Failed password for root from 203.0.113.7 port 22 ssh2]';
  const { event, read } = decoded('fluentd-syslog', { ident: 'sshd', message });
  expect(event.weight).toBe(5);
  expect(read('event.repeat', 'message', 'user.name')).toEqual([5, message, 'root']);
});

test('fluentd-nginx: numbers are numbers, a dash is nothing, the target is cut at the question mark', () => {
  const { read } = decoded('fluentd-nginx', sample('fluentd-nginx'));
  expect(
    read(
      'http.request.method',
      'http.response.status_code',
      'http.response.body.bytes',
      'url.original',
      'url.path',
      'url.query',
      'user_agent.original',
    ),
  ).toEqual(['GET', 404, 777, '/a?b=c', '/a', 'b=c', 'curl/8']);
  expect(read('user.name', 'http.request.referrer', 'user')).toEqual([undefined, undefined, '-']);
});

test('fluentd-nginx: a user of basic authentication stands beside the string it came as', () => {
  expect(decoded('fluentd-nginx', { user: 'eve' }).read('user', 'user.name')).toEqual(['eve', 'eve']);
});

test.each([
  [1591367999.305988, '2020-06-05T14:39:59.305Z'],
  ['2018-03-24T17:15:20.865716Z', '2018-03-24T17:15:20.865Z'],
])('zeek: ts %o is %s', (ts, expected) => {
  const { event, read } = decoded('zeek', { ...sample('zeek'), ts });
  expect(new Date(event.timeMs).toISOString()).toBe(expected);
  expect(
    read(
      'destination.ip',
      'destination.port',
      'network.transport',
      'network.protocol',
      'dns.question.name',
      'dns.question.type',
    ),
  ).toEqual(['192.0.2.1', 53, 'udp', 'dns', 'example.org', 'A']);
});

test("zeek: http.log's names count only in http.log", () => {
  expect(decoded('zeek', { host: '192.0.2.9' }).read('url.domain')).toEqual([undefined]);
  expect(
    decoded('zeek', {
      host: 'example.org',
      uri: '/x',
      method: 'PUT',
      user_agent: 'curl',
      status_code: 201,
    }).read(
      'url.domain',
      'url.original',
      'http.request.method',
      'user_agent.original',
      'http.response.status_code',
    ),
  ).toEqual(['example.org', '/x', 'PUT', 'curl', 201]);
});

test.each([
  [{}, 'success'],
  [{ responseElements: { ConsoleLogin: 'Failure' } }, 'failure'],
  [{ eventName: 'PutObject', responseElements: null, errorCode: 'AccessDenied' }, 'failure'],
  [{ eventName: 'PutObject', responseElements: null }, 'success'],
])('cloudtrail: the outcome with %j is %s', (changes, outcome) => {
  const { event, read } = decoded('cloudtrail', { ...sample('cloudtrail'), ...changes });
  expect(read('event.outcome', 'user.name', 'cloud.region', 'event.provider')).toEqual([
    outcome,
    'anaya',
    'us-east-1',
    'signin.amazonaws.com',
  ]);
  expect(event.timeMs).toBe(Date.parse('2023-11-10T16:24:34Z'));
});

test('cloudtrail: a service that calls is no address', () => {
  const { read } = decoded('cloudtrail', {
    sourceIPAddress: 'ec2.amazonaws.com',
    userIdentity: { sessionContext: { sessionIssuer: { userName: 'role' } } },
  });
  expect(read('source.ip', 'source.domain', 'user.name')).toEqual([undefined, 'ec2.amazonaws.com', 'role']);
});

test('okta: actor, action and outcome', () => {
  expect(
    decoded('okta', sample('okta')).read(
      'event.action',
      'event.outcome',
      'user.name',
      'event.id',
      'outcome.reason',
    ),
  ).toEqual(['user.session.start', 'failure', 'eve@example.org', 'u1', 'INVALID_CREDENTIALS']);
});
