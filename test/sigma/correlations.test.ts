import { expect, test } from 'vitest';
import { linkRules } from '../../src/config/link-rules.ts';
import { loadSigma } from '../../src/config/sigma-files.ts';
import type { Rule } from '../../src/shared/model/rule.ts';
import { firingsOf, type TimedEvent } from '../support/engine-run.ts';

// The correlations of the specification 2.1 and of its appendix, over events.

function rulesOf(text: string): readonly Rule[] {
  const { loaded, faults, spokenFor } = loadSigma([{ file: 'x.yml', text }]);
  const all = [...faults];
  const linked = linkRules(loaded, { faults: all, spokenFor });
  expect(all).toEqual([]);
  return linked.map(({ rule }) => rule);
}

/** What those rules fire that speak for themselves. */
function alertsOf(text: string, events: readonly TimedEvent[], source = {}): readonly string[] {
  const rules = rulesOf(text);
  const silent = new Set(rules.filter(({ alert }) => !alert).map(({ id }) => id));
  return firingsOf(rules, events, source).filter((firing) => !silent.has(firing.split(' ')[0] ?? ''));
}

const every = (count: number, seconds: number, fields: TimedEvent['fields']): readonly TimedEvent[] =>
  Array.from({ length: count }, (_, nth) => ({ at: nth * seconds, fields }));

const logons = `
title: Failed login
id: failed
name: failed_login
status: test
logsource: { product: windows, service: security }
detection: { selection: { EventID: 4625 }, condition: selection }
---
title: Successful login
id: success
name: successful_login
status: test
logsource: { product: windows, service: security }
detection: { selection: { EventID: 4624 }, condition: selection }
`;

const manyFailed = `
title: Multiple failed logons
id: many
name: multiple_failed_login
status: test
correlation:
  type: event_count
  rules: [failed_login]
  group-by: [User]
  timespan: 10m
  condition: { gte: 10 }
`;

test('a chain: many failures, and then a success', () => {
  const chain = `
title: Multiple failed logons followed by a success
id: chain
status: test
correlation:
  type: temporal_ordered
  rules: [multiple_failed_login, successful_login]
  group-by: [User]
  timespan: 10m
`;
  const documents = [logons, manyFailed, chain].join('---');
  const failed = every(10, 10, { EventID: 4625, User: 'u' });
  const success = { at: 200, fields: { EventID: 4624, User: 'u' } };
  expect(alertsOf(documents, [...failed, success])).toEqual(['chain 200s {"User":"u"}']);
  expect(alertsOf(documents, [...failed.slice(1), success])).toEqual([]);
  expect(alertsOf(documents, [{ ...success, at: -1 }, ...failed])).toEqual([]);
  expect(alertsOf(documents, [...failed, { ...success, fields: { EventID: 4624, User: 'v' } }])).toEqual([]);
  // Ten minutes after the firing at 90 s it is out.
  expect(alertsOf(documents, [...failed, { ...success, at: 690 }])).toEqual([]);
});

test('aliases join fields of other names', () => {
  const documents = `
title: A server error
id: error
name: internal_error
logsource: { category: webserver }
detection: { selection: { http.response.status_code: 500 }, condition: selection }
---
title: A new connection
id: connection
name: new_network_connection
logsource: { category: network_connection }
detection: { selection: { event.type: connection }, condition: selection }
---
title: An error, and a connection out
id: both
correlation:
  type: temporal
  rules: [internal_error, new_network_connection]
  group-by: [internal_ip, remote_ip]
  timespan: 10s
  aliases:
    internal_ip: { internal_error: destination.ip, new_network_connection: source.ip }
    remote_ip: { internal_error: source.ip, new_network_connection: destination.ip }
`;
  const error = {
    at: 0,
    fields: { 'http.response.status_code': 500, source: { ip: 'r' }, destination: { ip: 'i' } },
  };
  const out = {
    at: 5,
    fields: { 'event.type': 'connection', source: { ip: 'i' }, destination: { ip: 'r' } },
  };
  const back = {
    at: 5,
    fields: { 'event.type': 'connection', source: { ip: 'r' }, destination: { ip: 'i' } },
  };
  expect(alertsOf(documents, [error, out])).toEqual(['both 5s {"internal_ip":"i","remote_ip":"r"}']);
  expect(alertsOf(documents, [error, back])).toEqual([]);
  expect(alertsOf(documents, [error, { ...out, at: 10 }])).toEqual([]);
});

test('an extended condition says what must not follow', () => {
  const documents = `
title: A service stops
id: stop
logsource: { product: windows }
detection: { selection: { state: stopped }, condition: selection }
---
title: A service starts
id: start
logsource: { product: windows }
detection: { selection: { state: running }, condition: selection }
---
title: A service stays down
id: down
correlation:
  type: temporal
  condition: stop and not start
  group-by: [service]
  timespan: 1m
`;
  const stop = (at: number) => ({ at, fields: { state: 'stopped', service: 's' } });
  const start = (at: number) => ({ at, fields: { state: 'running', service: 's' } });
  const other = (at: number) => ({ at, fields: { state: 'other' } });
  expect(alertsOf(documents, [stop(0), other(300)])).toEqual(['down 60s {"service":"s"}']);
  expect(alertsOf(documents, [stop(0), start(59), other(300)])).toEqual([]);
  expect(alertsOf(documents, [stop(0), start(60), other(300)])).toEqual(['down 60s {"service":"s"}']);
  // Nobody knows yet.
  expect(alertsOf(documents, [stop(0), other(30)])).toEqual([]);
});

test('fields are called what the profile of the source calls them, also in what is counted', () => {
  const documents = `${logons}---
title: One address tries many accounts
id: spray
correlation:
  type: value_count
  rules: [failed]
  group-by: [IpAddress]
  timespan: 5m
  condition: { field: TargetUserName, gte: 3 }
---
title: Spraying, and then a success
id: sprayed
correlation:
  type: temporal_ordered
  rules: [spray, success]
  group-by: [IpAddress]
  timespan: 10m
  generate: true
`;
  const logon = (at: number, code: number, user: string): TimedEvent => ({
    at,
    fields: {
      winlog: {
        event_id: code,
        channel: 'Security',
        event_data: { IpAddress: '192.0.2.7', TargetUserName: user },
      },
    },
  });
  const events = [
    logon(0, 4625, 'a'),
    logon(1, 4625, 'b'),
    logon(2, 4625, 'b'),
    logon(3, 4625, 'c'),
    logon(9, 4624, 'c'),
  ];
  const logsource = { product: 'windows', service: 'security' };
  expect(alertsOf(documents, events, { profile: 'winlogbeat', logsource })).toEqual([
    'spray 3s {"IpAddress":"192.0.2.7"}',
    'success 9s {}',
    'sprayed 9s {"IpAddress":"192.0.2.7"}',
  ]);
});
