import { describe, expect, test } from 'vitest';
import { accountEvent } from './account-event.ts';
import { cronEvent } from './cron-event.ts';
import { pamEvent } from './pam-event.ts';
import { openRepeated } from './repeated-message.ts';
import { suEvent } from './su-event.ts';
import { sudoEvent } from './sudo-event.ts';

describe('what sudo tells', () => {
  test.each([
    [
      '  ubuntu : TTY=pts/0 ; PWD=/home/ubuntu ; USER=root ; COMMAND=/usr/bin/vim /etc/hosts',
      {
        action: 'sudo_command',
        outcome: 'success',
        category: 'process',
        user: 'ubuntu',
        asUser: 'root',
        workingDirectory: '/home/ubuntu',
        commandLine: '/usr/bin/vim /etc/hosts',
      },
    ],
    [
      'eve : user NOT in sudoers ; TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/sh',
      {
        action: 'sudo_denied',
        outcome: 'failure',
        category: 'authentication',
        user: 'eve',
        asUser: 'root',
        commandLine: '/bin/sh',
        reason: 'user NOT in sudoers',
      },
    ],
    [
      'eve : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/tmp ; USER=root ; COMMAND=/bin/sh',
      { action: 'sudo_wrong_password', outcome: 'failure', user: 'eve' },
    ],
    [
      'eve : command not allowed ; PWD=/tmp ; USER=root ; COMMAND=/bin/sh',
      { action: 'sudo_denied', reason: 'command not allowed' },
    ],
    [
      'eve : a password is required ; PWD=/tmp ; USER=root ; COMMAND=list',
      { action: 'sudo_denied', commandLine: 'list' },
    ],
    [
      'eve : TTY=pts/0 ; PWD=/ ; USER=root ; GROUP=adm ; COMMAND=/bin/echo ; USER=bob ; COMMAND=no',
      { asUser: 'root', commandLine: '/bin/echo ; USER=bob ; COMMAND=no' },
    ],
    ['eve : HOST=web-1 ; COMMAND=', { action: 'sudo_command', commandLine: '' }],
    ['eve : COMMAND=/bin/ls', { action: 'sudo_command', commandLine: '/bin/ls', user: 'eve' }],
  ])('%s', (message, expected) => {
    expect(sudoEvent(message)).toMatchObject(expected);
  });

  test.each(['', 'pam_unix(sudo:session): session closed for user root', 'x : y', ' : ', 'COMMAND=x'])(
    '"%s" is nothing that is known',
    (message) => {
      expect(sudoEvent(message)).toBeUndefined();
    },
  );
});

describe('what su tells', () => {
  test.each([
    [
      'Successful su for root by ubuntu',
      { action: 'su', outcome: 'success', user: 'ubuntu', asUser: 'root' },
    ],
    ['FAILED su for root by eve', { outcome: 'failure', user: 'eve', asUser: 'root' }],
    ['FAILED SU (to root) eve on pts/0', { outcome: 'failure', user: 'eve', asUser: 'root' }],
    ['(to root) ubuntu on pts/0', { outcome: 'success', user: 'ubuntu', asUser: 'root' }],
  ])('%s', (message, expected) => {
    expect(suEvent(message)).toEqual({ action: 'su', category: 'authentication', ...expected });
  });

  test('the second line for the same act is no second act', () => {
    expect(suEvent('+ /dev/pts/1 ubuntu:root')).toBeUndefined();
  });
});

describe('what is told of accounts', () => {
  test.each([
    [
      'new user: name=eve, UID=1001, GID=1001, home=/home/eve, shell=/bin/bash',
      { action: 'user_added', user: 'eve' },
    ],
    ['new group: name=admins, GID=1001', { action: 'group_added', group: 'admins' }],
    ["delete user 'eve'", { action: 'user_deleted', user: 'eve' }],
    ["add 'eve' to group 'sudo'", { action: 'user_added_to_group', user: 'eve', group: 'sudo' }],
  ])('%s', (message, expected) => {
    expect(accountEvent(message)).toMatchObject({ outcome: 'success', category: 'iam', ...expected });
  });

  test("what is told of a file's lines is told of the account once", () => {
    expect(accountEvent("add 'eve' to shadow group 'sudo'")).toBeUndefined();
    expect(accountEvent('group added to /etc/group: name=admins, GID=1001')).toBeUndefined();
  });
});

describe('what PAM tells', () => {
  test.each([
    [
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4  user=root',
      { action: 'pam_authentication_failure', outcome: 'failure', user: 'root', source: { ip: '1.2.3.4' } },
    ],
    [
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4 ',
      { user: undefined, source: { ip: '1.2.3.4' } },
    ],
    [
      'pam_unix(su:auth): authentication failure; logname=eve uid=1001 euid=0 tty=pts/0 ruser=eve rhost=  user=x rhost=9.9.9.9',
      { user: 'x rhost=9.9.9.9', source: undefined },
    ],
    [
      'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4  user=root',
      { action: 'pam_more_authentication_failures', user: 'root', source: { ip: '1.2.3.4' } },
    ],
    ['pam_unix(sshd:auth): check pass; user unknown', { action: 'pam_user_unknown', outcome: 'failure' }],
    [
      'pam_unix(sudo:session): session opened for user root by ubuntu(uid=0)',
      { action: 'session_opened', user: 'ubuntu', asUser: 'root' },
    ],
    [
      'pam_unix(sudo:session): session opened for user root(uid=0) by ubuntu(uid=1000)',
      { action: 'session_opened', user: 'ubuntu', asUser: 'root' },
    ],
    [
      'pam_unix(sshd:session): session opened for user ubuntu by (uid=0)',
      { action: 'session_opened', user: 'ubuntu' },
    ],
    ['pam_unix(cron:session): session closed for user root', { action: 'session_closed', user: 'root' }],
    ['pam_unix(chpasswd:chauthtok): password changed for eve', { action: 'password_changed', user: 'eve' }],
  ])('%s', (message, expected) => {
    expect(pamEvent(message)).toMatchObject(expected);
  });

  test.each([
    '',
    'pam_',
    'pam_unix(x): ',
    'pam_systemd(su:session): Cannot create session',
    'PAM service(sshd) ignoring max retries; 6 > 3',
  ])('"%s" is nothing that is known', (message) => {
    expect(pamEvent(message)).toBeUndefined();
  });
});

test('what cron tells', () => {
  expect(cronEvent('(root) CMD (  cd / && run-parts (x) )')).toMatchObject({
    action: 'cron_command',
    user: 'root',
    commandLine: 'cd / && run-parts (x)',
  });
  expect(cronEvent('(root) RELOAD (x)')).toBeUndefined();
});

describe('a repeated message', () => {
  test.each([
    ['message repeated 5 times: [ Failed password]', { message: 'Failed password', times: 5 }],
    ['message repeated 1 time: [x]', { message: 'x', times: 1 }],
    ['message repeated 9999999 times: [ x]', { message: 'x', times: 1_000_000 }],
    ['message repeated 0 times: [ x]', { message: 'message repeated 0 times: [ x]', times: 1 }],
    ['message repeated 5 times: [ x', { message: 'message repeated 5 times: [ x', times: 1 }],
    [
      'Invalid user message repeated 5 times: [ x]',
      { message: 'Invalid user message repeated 5 times: [ x]', times: 1 },
    ],
    [
      'message repeated 99999999999 times: [ x]',
      { message: 'message repeated 99999999999 times: [ x]', times: 1 },
    ],
  ])('%s', (text, expected) => {
    expect(openRepeated(text)).toEqual(expected);
  });
});
