import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { logRecord, sourceConfig } from '../../../test/support/log-record.ts';
import { hasSharedData, sharedData } from '../../../test/support/shared-data.ts';
import type { LogEvent } from '../../shared/model/log-event.ts';
import { compileDecoder } from '../decode-record.ts';

// 7,121 real lines: every line is an event, and what is counted in events is what grep counts in lines.

const isHere = hasSharedData('sshd');
const lines = isHere ? readFileSync(join(sharedData, 'sshd/auth.log'), 'utf8').trimEnd().split('\n') : [];
const decoder = compileDecoder(
  sourceConfig({ format: 'syslog', time: { format: 'syslog', zone: 'UTC', year: 2017 } }),
);

const events: readonly LogEvent[] = lines.map((line) => {
  const decoded = decoder.decode(logRecord(line), 0);
  if (!decoded.ok || decoded.value[0] === undefined) throw new Error(`no event: ${line}`);
  return decoded.value[0];
});

/** The value of a field by its ECS name. */
function at(event: LogEvent, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], event.fields);
}

const grep = (pattern: RegExp): string[] => lines.filter((line) => pattern.test(line));
const withAction = (action: string): LogEvent[] =>
  events.filter((event) => at(event, 'event.action') === action);

describe.runIf(isHere)('the real log of a server under attack', () => {
  test('has 7,121 lines, each an event with host, program, message and a time of its own', () => {
    expect(events).toHaveLength(7_121);
    expect(events.filter((event) => event.timeOrigin !== 'field')).toEqual([]);
    for (const field of ['host.hostname', 'process.name', 'message'])
      expect(events.filter((event) => typeof at(event, field) !== 'string')).toEqual([]);
  });

  test('is in the order of time', () => {
    const times = events.map((event) => event.timeMs);
    expect(times.slice(1).filter((timeMs, index) => timeMs < (times[index] ?? 0))).toEqual([]);
    expect(times[0]).toBe(Date.parse('2017-03-27T13:06:56Z'));
    expect(times.at(-1)).toBe(Date.parse('2017-04-20T14:14:29Z'));
  });

  test.each([
    ['ssh_login', / sshd\[\d+\]: (?:message repeated \d+ times: \[ )?(?:Failed|Accepted) \S+ for /],
    ['ssh_invalid_user', / sshd\[\d+\]: Invalid user /],
    ['ssh_invalid_user_request', / sshd\[\d+\]: input_userauth_request: invalid user /],
    ['ssh_max_attempts', / sshd\[\d+\]: error: maximum authentication attempts exceeded for /],
    ['ssh_connection_closed', / sshd\[\d+\]: Connection closed by /],
    ['ssh_connection_reset', / sshd\[\d+\]: Connection reset by /],
    ['ssh_connection', / sshd\[\d+\]: Connection from /],
    ['ssh_disconnect', / sshd\[\d+\]: Disconnected from /],
    ['ssh_disconnect_received', / sshd\[\d+\]: Received disconnect from /],
    ['ssh_disconnecting', / sshd\[\d+\]: Disconnecting: /],
    ['ssh_no_identification', / sshd\[\d+\]: Did not receive identification string from /],
    ['ssh_bad_protocol', / sshd\[\d+\]: Bad protocol version identification /],
    ['ssh_negotiation_failed', / sshd\[\d+\]: fatal: Unable to negotiate with /],
    ['ssh_session_start', / sshd\[\d+\]: Starting session: /],
    ['ssh_session_end', / sshd\[\d+\]: Close session: /],
    ['pam_authentication_failure', /pam_unix\(\S+: authentication failure; /],
    ['pam_more_authentication_failures', /: PAM \d+ more authentication failures?; /],
    ['pam_user_unknown', /: check pass; user unknown$/],
    ['session_opened', /\): session opened for user /],
    ['session_closed', /\): session closed for user /],
    ['password_changed', /\): password changed for /],
    ['sudo_command', / sudo: .*; COMMAND=/],
    ['su', / su\[\d+\]: Successful su for /],
    ['user_added', / useradd\[\d+\]: new user: /],
    ['group_added', / (?:useradd|groupadd)\[\d+\]: new group: /],
  ])('%s: as many events as lines that say so', (action, pattern) => {
    expect(grep(pattern).length).toBeGreaterThan(0);
    expect(withAction(action)).toHaveLength(grep(pattern).length);
  });

  test('628 lines begin with a failed password; with the repeated ones there are as many as the words say', () => {
    const failed = withAction('ssh_login').filter(
      (event) =>
        at(event, 'event.outcome') === 'failure' && at(event, 'system.auth.ssh.method') === 'password',
    );
    const repeated = grep(/message repeated \d+ times: \[ Failed password/);
    const times = repeated.map((line) => Number(/repeated (\d+) times/.exec(line)?.[1]));
    expect(failed.filter((event) => at(event, 'event.repeat') === undefined)).toHaveLength(628);
    expect(failed.filter((event) => event.weight > 1).map((event) => event.weight)).toEqual(times);
    expect(failed.filter((event) => at(event, 'event.repeat') !== undefined)).toHaveLength(times.length);
  });

  test("each failed password has the line's user, address and port", () => {
    const expected = lines.flatMap((line) => {
      const found =
        /: \[? ?Failed password for (?:invalid user )?(.*) from (\d+\.\d+\.\d+\.\d+) port (\d+) ssh2\]?$/.exec(
          line,
        );
      return found === null ? [] : [[found[1], found[2], Number(found[3])]];
    });
    const failed = events.filter((event) =>
      /^(?:message repeated \d+ times: \[ )?Failed password/.test(String(event.fields['message'])),
    );
    expect(
      failed.map((event) => ['user.name', 'source.ip', 'source.port'].map((name) => at(event, name))),
    ).toEqual(expected);
    expect(
      new Set(expected.filter((_row, index) => failed[index]?.weight === 1).map(([, ip]) => ip)).size,
    ).toBe(105);
  });

  test('every line of sshd that names a client has its address', () => {
    const named = grep(/ sshd\[\d+\]: .*(?:from|by|with) \d+\.\d+\.\d+\.\d+|rhost=\d+\.\d+\.\d+\.\d+/);
    const addressed = events.filter(
      (event) => at(event, 'process.name') === 'sshd' && at(event, 'source.ip') !== undefined,
    );
    expect(addressed).toHaveLength(named.length);
  });
});
