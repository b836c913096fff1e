import { describe, expect, test } from 'vitest';
import { profileNames } from '../../src/consume/profiles/profiles.ts';
import { sigmaProfileNames } from '../../src/detect/sigma/profiles/sigma-profiles.ts';
import { compileYaml, decodeWith, sigmaRule } from '../support/sigma-events.ts';

/** Events as producers write them, and items in Sigma's names that must and must not match them. */
interface ProfileCase {
  readonly profile: string;
  readonly event: unknown;
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

const cases: readonly ProfileCase[] = [
  { profile: 'raw', event: { Image: 'a', x: { y: 1 } }, yes: ['Image: A', 'x.y: 1'], no: ['Image: b'] },
  {
    profile: 'evtx',
    event: {
      Event: {
        '#attributes': { xmlns: 'x' },
        System: {
          Provider: { '#attributes': { Name: 'Microsoft-Windows-Windows Defender', Guid: '{1}' } },
          EventID: { '#text': 1119, '#attributes': { Qualifiers: 0 } },
          TimeCreated: { '#attributes': { SystemTime: '2026-03-01T10:00:00.000000Z' } },
          Execution: { '#attributes': { ProcessID: 7, ThreadID: 8 } },
          Correlation: null,
          Channel: 'Operational',
          Level: 4,
          Computer: 'pc',
        },
        EventData: {
          Channel: 'Cleared',
          Level: 4,
          'Threat Name': 'EICAR',
          Data: { '#text': ['one', 'two'] },
          Empty: '',
        },
      },
    },
    yes: [
      'ThreatName: eicar',
      'EventID: 1119',
      'Provider_Name|contains: defender',
      'Channel: operational',
      'Channel: cleared',
      'Level: 4',
      'Computer: PC',
      'Execution_ProcessID: 7',
      "Empty: ''",
      'Data: two',
      'ComputerName: pc',
      'TimeCreated_SystemTime|year: 2026',
    ],
    no: ['Threat Name: other', 'EventID: 1', 'Correlation|exists: true', 'xmlns: x'],
  },
  {
    profile: 'evtx',
    event: {
      Event: {
        System: { EventID: 5858 },
        UserData: {
          Operation_ClientFailure: { '#attributes': { xmlns: 'x' }, Operation: 'Start', __proto__: {} },
        },
      },
    },
    yes: ['Operation: start', 'EventID: 5858'],
    no: ['xmlns: x'],
  },
  {
    profile: 'winlogbeat',
    event: {
      message: 'm',
      event: { code: 1 },
      winlog: {
        channel: 'Security',
        event_id: '4688',
        provider_name: 'p',
        computer_name: 'pc',
        event_data: { NewProcessName: 'C:\\a.exe' },
        user_data: { Param: 'v' },
      },
    },
    yes: [
      'EventID: 4688',
      'Channel: security',
      'Provider_Name: p',
      'Computer: pc',
      "NewProcessName|endswith: '\\a.exe'",
      'Param: V',
      'Message: m',
    ],
    no: ['EventID: 1', 'Image|exists: true'],
  },
  {
    profile: 'nxlog',
    event: {
      EventTime: '2026-03-01 10:00:00',
      Hostname: 'pc',
      SourceName: 'Microsoft-Windows-Sysmon',
      Channel: 'c',
      EventID: 1,
      Image: 'a',
    },
    yes: ['Provider_Name: microsoft-windows-sysmon', 'Computer: pc', 'EventID: 1', 'Image: A'],
    no: ['Computer: other'],
  },
  {
    profile: 'ecs',
    event: {
      event: { code: '1' },
      process: {
        executable: 'C:\\cmd.exe',
        command_line: 'cmd /c',
        parent: { executable: 'p' },
        pe: { original_file_name: 'Cmd.Exe' },
      },
      file: { path: 'f' },
      registry: { path: 'HKLM\\x' },
      dns: { question: { name: 'a.b' } },
      source: { ip: '10.1.1.1' },
      http: { response: { status_code: 200 }, request: { method: 'GET' } },
      url: { query: 'q=1' },
      winlog: { channel: 'c', event_data: { Details: 'd', Other: 'o' } },
    },
    yes: [
      "Image|endswith: '\\cmd.exe'",
      'CommandLine: CMD /c',
      'ParentImage: p',
      'OriginalFileName: cmd.exe',
      'TargetFilename: f',
      "TargetObject: 'hklm\\x'",
      'QueryName: a.b',
      "SourceIp|cidr: '10.0.0.0/8'",
      'EventID: 1',
      'Channel: c',
      'Details: d',
      'Other: o',
      'sc-status: 200',
      'cs-method: get',
      'cs-uri-query|contains: q=',
      'process.executable|exists: true',
    ],
    no: ['Image: other', 'User|exists: true'],
  },
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

describe.each(cases)('the profile $profile', ({ profile, event, yes, no }) => {
  const matches = (item: string): boolean =>
    compileYaml(sigmaRule(`sel:\n  ${item}\ncondition: sel`), { source: { profile } })(
      decodeWith(profile, event).fields,
    );

  test.each(yes)('%s', (item) => {
    expect(matches(item)).toBe(true);
  });

  test.each(no)('not %s', (item) => {
    expect(matches(item)).toBe(false);
  });
});

test('every profile of Sigma is one that a source can have, and each has a case', () => {
  expect(sigmaProfileNames.filter((name) => !profileNames.includes(name))).toEqual([]);
  expect(sigmaProfileNames.filter((name) => !cases.some(({ profile }) => profile === name))).toEqual([]);
});
