import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { profileNames } from '../../src/consume/profiles/profiles.ts';
import { sigmaProfileNames } from '../../src/detect/sigma/profiles/sigma-profiles.ts';
import { describeProfiles, type ProfileCase } from '../support/sigma-profile-cases.ts';

const cases: readonly ProfileCase[] = [
  {
    profile: 'zeek',
    event: {
      ts: 1,
      'id.orig_h': '10.0.0.1',
      'id.orig_p': 5,
      'id.resp_h': '10.0.0.2',
      'id.resp_p': 80,
      uri: '/x?y',
      user_agent: 'ua',
      status_code: 404,
      method: 'POST',
      host: 'h',
      query: 'q',
      qtype_name: 'A',
      answers: ['1.1.1.1', '2.2.2.2'],
    },
    yes: [
      'src_ip: 10.0.0.1',
      'dst_port: 80',
      'id.resp_h: 10.0.0.2',
      'c-uri|startswith: /x',
      'c-useragent: UA',
      'sc-status: 404',
      'cs-method: post',
      'cs-host: h',
      'query: q',
      'record_type: a',
      'answer: 2.2.2.2',
    ],
    no: ['src_ip: 10.0.0.2', 'answer: 3.3.3.3'],
  },
  {
    profile: 'zeek',
    event: { id_orig_h: '10.0.0.1', id_resp_p: 22 },
    yes: ['id.orig_h: 10.0.0.1', 'dst_port: 22'],
    no: ['src_port|exists: true'],
  },
  {
    profile: 'cloudtrail',
    event: {
      eventName: 'ConsoleLogin',
      eventSource: 'signin.amazonaws.com',
      sourceIPAddress: '192.0.2.1',
      requestParameters: { a: { b: 'Suspended' } },
      additionalEventData: { MFAUsed: 'No' },
    },
    yes: [
      'eventName: consolelogin',
      'src_ip: 192.0.2.1',
      'additionalEventData.MFAUsed: no',
      'requestParameters|contains: suspended',
    ],
    no: ['eventName: x'],
  },
  {
    profile: 'okta',
    event: {
      eventType: 'user.session.start',
      outcome: { result: 'FAILURE' },
      target: [{ displayName: 'x' }, { displayName: 'Admin' }],
      client: { ipAddress: '192.0.2.1' },
    },
    yes: [
      'eventType: user.session.start',
      'eventtype: user.session.start',
      'outcome.result: failure',
      'target.displayName: admin',
      'src_ip: 192.0.2.1',
    ],
    no: ['target.displayName: y'],
  },
  {
    profile: 'k8s-audit',
    event: {
      kind: 'Event',
      verb: 'create',
      objectRef: { resource: 'pods', apiGroup: 'apps' },
      requestObject: {
        spec: {
          volumes: [{}, { hostPath: { path: '/' } }],
          containers: [{ securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }],
        },
      },
      user: { username: 'u' },
    },
    yes: [
      'verb: create',
      'objectRef.resource: pods',
      'apiGroup: apps',
      'hostPath: /',
      'capabilities: sys_admin',
      'username: u',
    ],
    no: ['verb: get'],
  },
  {
    profile: 'auditd',
    event: { type: 'EXECVE', a0: 'sh', exe: '/bin/sh', syscall: 'execve' },
    yes: ['type: EXECVE', 'a0: sh', 'SYSCALL: execve'],
    no: ['a1|exists: true'],
  },
  {
    profile: 'laurel',
    event: {
      ID: '1:1',
      SYSCALL: { SYSCALL: 'execve', exe: '/bin/sh', comm: 'sh', key: 'k', UID: 'root' },
      EXECVE: { argc: 2, ARGV: ['sh', '-c'] },
      PATH: [{ name: '/x', nametype: 'NORMAL' }],
    },
    yes: [
      'type: EXECVE',
      'type: SYSCALL',
      'a0: sh',
      'a1: -c',
      'exe: /bin/sh',
      'SYSCALL: execve',
      'name: /x',
      'nametype: normal',
      'uid: root',
      'key: k',
    ],
    no: ['type: CWD', 'a2|exists: true'],
  },
  {
    profile: 'suricata',
    event: {
      event_type: 'dns',
      src_ip: '10.0.0.1',
      dest_ip: '10.0.0.2',
      dest_port: 53,
      dns: { version: 3, queries: [{ rrname: 'a.b', rrtype: 'TXT' }] },
      http: { hostname: 'h', url: '/u', http_method: 'GET', http_user_agent: 'ua', status: 200 },
    },
    yes: [
      'query: a.b',
      'record_type: txt',
      'dst_ip: 10.0.0.2',
      'dst_port: 53',
      'src_ip: 10.0.0.1',
      'cs-host: h',
      'c-uri: /u',
      'cs-method: get',
      'c-useragent: UA',
      'sc-status: 200',
    ],
    no: ['query: c.d'],
  },
  {
    profile: 'fluentd-nginx',
    event: {
      remote: '192.0.2.1',
      host: 'web',
      user: '-',
      method: 'GET',
      path: '/a/b?x=1',
      code: '404',
      size: '5',
      referer: '-',
      agent: 'curl',
    },
    yes: [
      'c-ip: 192.0.2.1',
      'cs-method: get',
      'cs-uri-stem: /a/b',
      'cs-uri-query: x=1',
      'cs-uri: /a/b?x=1',
      'sc-status: 404',
      'cs-user-agent: curl',
      'cs-host: web',
    ],
    no: ['cs-uri-stem: /a', 'sc-status: 200'],
  },
  {
    profile: 'fluentd-apache',
    event: { host: '192.0.2.1', method: 'GET', path: '/a?x=1', code: 200, agent: 'curl' },
    yes: [
      'c-ip: 192.0.2.1',
      'cs-uri-stem: /a',
      'cs-uri-query: x=1',
      'sc-status: 200',
      'cs-user-agent: curl',
      'source.ip: 192.0.2.1',
    ],
    no: ['cs-host|exists: true'],
  },
];

describeProfiles(cases);

test('each profile has an event here, or in windows-profiles.test.ts', () => {
  const windows = readFileSync(join(import.meta.dirname, 'windows-profiles.test.ts'), 'utf8');
  const tried = new Set([
    ...cases.map(({ profile }) => profile),
    ...[...windows.matchAll(/profile: '([\w-]+)', event|profile: '([\w-]+)',\n\s*event/g)].map(
      ([, a, b]) => a ?? b ?? '',
    ),
  ]);
  expect(sigmaProfileNames.filter((name) => !tried.has(name))).toEqual([]);
});

test('every profile of Sigma is one that a source can have', () => {
  expect(sigmaProfileNames.filter((name) => !profileNames.includes(name))).toEqual([]);
});
