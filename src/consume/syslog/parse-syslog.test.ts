import { describe, expect, test } from 'vitest';
import { parseSyslog } from './parse-syslog.ts';

const nothing = {
  priority: null,
  time: null,
  hostname: null,
  program: null,
  pid: null,
  messageId: null,
  structuredData: null,
};

describe('a syslog line', () => {
  test.each([
    {
      title: 'of RFC 3164 as it lies in a file',
      line: 'Mar 27 13:06:56 web-1 sshd[1291]: Server listening on 0.0.0.0 port 22.',
      expected: {
        time: 'Mar 27 13:06:56',
        hostname: 'web-1',
        program: 'sshd',
        pid: '1291',
        message: 'Server listening on 0.0.0.0 port 22.',
      },
    },
    {
      title: 'of RFC 3164 as it is sent',
      line: '<38>Mar  7 13:06:56 web-1 su: x',
      expected: { priority: 38, time: 'Mar  7 13:06:56', hostname: 'web-1', program: 'su', message: 'x' },
    },
    {
      title: "of rsyslog's file format",
      line: '2026-08-22T10:15:30.123456+00:00 web-1 systemd-logind[7]: New seat seat0.',
      expected: {
        time: '2026-08-22T10:15:30.123456+00:00',
        hostname: 'web-1',
        program: 'systemd-logind',
        pid: '7',
        message: 'New seat seat0.',
      },
    },
    {
      title: 'with a year',
      line: '<189>Mar 27 2026 13:06:56 fw %ASA-4-106023: Deny tcp',
      expected: {
        priority: 189,
        time: 'Mar 27 2026 13:06:56',
        hostname: 'fw',
        program: '%ASA-4-106023',
        message: 'Deny tcp',
      },
    },
    {
      title: 'with a fraction of a second',
      line: 'Mar 27 13:06:56.123 web-1 app: x',
      expected: { time: 'Mar 27 13:06:56.123', hostname: 'web-1', program: 'app', message: 'x' },
    },
    {
      title: 'without a host',
      line: 'Mar 27 13:06:56 sshd[1]: x',
      expected: { time: 'Mar 27 13:06:56', program: 'sshd', pid: '1', message: 'x' },
    },
    {
      title: 'whose host is an IPv6 address',
      line: 'Mar 27 13:06:56 2001:db8::1 sshd[1]: x',
      expected: { time: 'Mar 27 13:06:56', hostname: '2001:db8::1', program: 'sshd', pid: '1', message: 'x' },
    },
    {
      title: 'without a tag',
      line: 'Mar 27 13:06:56 web-1 last message repeated 2 times',
      expected: { time: 'Mar 27 13:06:56', hostname: 'web-1', message: 'last message repeated 2 times' },
    },
    {
      title: 'with an indented message',
      line: 'Mar 27 13:06:56 web-1 sudo:   ubuntu : TTY=pts/0',
      expected: {
        time: 'Mar 27 13:06:56',
        hostname: 'web-1',
        program: 'sudo',
        message: '  ubuntu : TTY=pts/0',
      },
    },
    {
      title: 'with a path as program',
      line: 'Mar 27 13:06:56 web-1 postfix/smtpd[9]: connect',
      expected: {
        time: 'Mar 27 13:06:56',
        hostname: 'web-1',
        program: 'postfix/smtpd',
        pid: '9',
        message: 'connect',
      },
    },
    {
      title: 'with nothing after the tag',
      line: 'Mar 27 13:06:56 web-1 app:',
      expected: { time: 'Mar 27 13:06:56', hostname: 'web-1', program: 'app', message: '' },
    },
    { title: 'without a header', line: 'no header: at all', expected: { message: 'no header: at all' } },
    { title: 'of a priority alone', line: '<13>hello', expected: { priority: 13, message: 'hello' } },
    { title: 'with a priority that is none', line: '<999>hello', expected: { message: '<999>hello' } },
    { title: 'with an endless priority', line: '<1', expected: { message: '<1' } },
    { title: 'that ends after the time', line: 'Mar 27 13:06:56', expected: { message: 'Mar 27 13:06:56' } },
    {
      title: 'that ends after the host',
      line: 'Mar 27 13:06:56 web-1',
      expected: { time: 'Mar 27 13:06:56', message: 'web-1' },
    },
    {
      title: 'with line breaks and a NUL at its end',
      line: 'hello\u0000\r\n',
      expected: { message: 'hello' },
    },
    {
      title: 'of RFC 5424',
      line: "<34>1 2026-03-01T10:00:00.003Z web-1 su - ID47 - \ufeff'su root' failed",
      expected: {
        priority: 34,
        time: '2026-03-01T10:00:00.003Z',
        hostname: 'web-1',
        program: 'su',
        messageId: 'ID47',
        message: "'su root' failed",
      },
    },
    {
      title: 'of RFC 5424 with structured data',
      line: '<165>1 2026-03-01T10:00:00Z h app 12 - [a@1 k="v]" q="\\"]\\\\"][b@2] message [x]',
      expected: {
        priority: 165,
        time: '2026-03-01T10:00:00Z',
        hostname: 'h',
        program: 'app',
        pid: '12',
        structuredData: '[a@1 k="v]" q="\\"]\\\\"][b@2]',
        message: 'message [x]',
      },
    },
    {
      title: 'of RFC 5424 with nothing but dashes',
      line: '<0>1 - - - - - -',
      expected: { priority: 0, message: '' },
    },
    {
      title: 'of RFC 5424 with structured data that does not end',
      line: '<165>1 2026-03-01T10:00:00Z h app 12 - [a@1 k="v message',
      expected: {
        priority: 165,
        time: '2026-03-01T10:00:00Z',
        hostname: 'h',
        program: 'app',
        pid: '12',
        message: '[a@1 k="v message',
      },
    },
    {
      title: 'of RFC 5424 that ends early',
      line: '<165>1 2026-03-01T10:00:00Z h',
      expected: { priority: 165, time: '2026-03-01T10:00:00Z', hostname: 'h', message: '' },
    },
  ])('$title', ({ line, expected }) => {
    expect(parseSyslog(line)).toEqual({ ...nothing, ...expected });
  });
});
