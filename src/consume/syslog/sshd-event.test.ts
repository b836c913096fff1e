import { describe, expect, test } from 'vitest';
import { sshdEvent } from './sshd-event.ts';

describe('what sshd tells', () => {
  test.each([
    [
      'Failed password for root from 112.95.230.3 port 58304 ssh2',
      {
        action: 'ssh_login',
        outcome: 'failure',
        user: 'root',
        method: 'password',
        source: { ip: '112.95.230.3', port: 58304 },
      },
    ],
    [
      'Failed password for invalid user webmaster from 173.234.31.186 port 38926 ssh2',
      {
        action: 'ssh_login',
        outcome: 'failure',
        user: 'webmaster',
        source: { ip: '173.234.31.186', port: 38926 },
      },
    ],
    [
      'Failed password for invalid user  from 1.2.3.4 port 5 ssh2',
      { user: '', source: { ip: '1.2.3.4', port: 5 } },
    ],
    ['Failed none for invalid user a b c from 1.2.3.4 port 5 ssh2', { method: 'none', user: 'a b c' }],
    [
      'Failed keyboard-interactive/pam for root from 2001:db8::7 port 5 ssh2',
      { method: 'keyboard-interactive/pam', source: { ip: '2001:db8::7', port: 5 } },
    ],
    [
      'Accepted publickey for ubuntu from 85.245.107.41 port 54259 ssh2: RSA SHA256:Kl8kPGZrTiz7g4FO1hyqHdsSBBb5Fge6NWOobN03XJg',
      {
        action: 'ssh_login',
        outcome: 'success',
        user: 'ubuntu',
        method: 'publickey',
        source: { ip: '85.245.107.41', port: 54259 },
      },
    ],
    [
      'Accepted password for root from gate.example.org port 5 ssh2',
      { outcome: 'success', source: { domain: 'gate.example.org', port: 5 } },
    ],
    [
      'Invalid user admin from 1.2.3.4',
      { action: 'ssh_invalid_user', outcome: 'failure', user: 'admin', source: { ip: '1.2.3.4' } },
    ],
    ['Invalid user admin from 1.2.3.4 port 22', { user: 'admin', source: { ip: '1.2.3.4', port: 22 } }],
    ['Invalid user  from 1.2.3.4', { user: '', source: { ip: '1.2.3.4' } }],
    [
      'input_userauth_request: invalid user admin [preauth]',
      { action: 'ssh_invalid_user_request', user: 'admin' },
    ],
    [
      'error: maximum authentication attempts exceeded for root from 1.2.3.4 port 5 ssh2 [preauth]',
      { action: 'ssh_max_attempts', outcome: 'failure', user: 'root', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'maximum authentication attempts exceeded for invalid user x from 1.2.3.4 port 5 ssh2 [preauth]',
      { user: 'x', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'Connection closed by 1.2.3.4 port 5 [preauth]',
      { action: 'ssh_connection_closed', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'Connection closed by 1.2.3.4 [preauth]',
      { action: 'ssh_connection_closed', source: { ip: '1.2.3.4' } },
    ],
    [
      'Connection closed by authenticating user root 1.2.3.4 port 5 [preauth]',
      { user: 'root', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'Connection reset by invalid user a b 1.2.3.4 port 5 [preauth]',
      { action: 'ssh_connection_reset', user: 'a b', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'Disconnected from user ubuntu 1.2.3.4 port 5',
      { action: 'ssh_disconnect', user: 'ubuntu', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'Received disconnect from 1.2.3.4 port 5:11: Bye Bye [preauth]',
      { action: 'ssh_disconnect_received', source: { ip: '1.2.3.4', port: 5 } },
    ],
    ['Received disconnect from 1.2.3.4: 11: Bye Bye [preauth]', { source: { ip: '1.2.3.4' } }],
    [
      'Received disconnect from 2001:db8::7 port 5:11:  [preauth]',
      { source: { ip: '2001:db8::7', port: 5 } },
    ],
    [
      'Disconnecting: Too many authentication failures [preauth]',
      { action: 'ssh_disconnecting', reason: 'Too many authentication failures' },
    ],
    [
      'Disconnecting authenticating user root 1.2.3.4 port 5: Too many authentication failures [preauth]',
      {
        action: 'ssh_disconnecting',
        user: 'root',
        source: { ip: '1.2.3.4', port: 5 },
        reason: 'Too many authentication failures',
      },
    ],
    [
      'Connection from 1.2.3.4 port 5 on 10.0.0.1 port 22 rdomain ""',
      {
        action: 'ssh_connection',
        source: { ip: '1.2.3.4', port: 5 },
        destination: { ip: '10.0.0.1', port: 22 },
      },
    ],
    [
      'Did not receive identification string from 1.2.3.4 port 5',
      { action: 'ssh_no_identification', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      "Bad protocol version identification 'GET / HTTP/1.1' from 1.2.3.4 port 5",
      { action: 'ssh_bad_protocol', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'fatal: Unable to negotiate with 1.2.3.4 port 5: no matching cipher found. Their offer: none [preauth]',
      { action: 'ssh_negotiation_failed', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'fatal: Timeout before authentication for 1.2.3.4 port 5',
      { action: 'ssh_timeout', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'Timeout before authentication for connection from 1.2.3.4 to 10.0.0.1, pid = 7',
      { source: { ip: '1.2.3.4' } },
    ],
    [
      'Starting session: shell on pts/0 for ubuntu from 1.2.3.4 port 5 id 0',
      { action: 'ssh_session_start', user: 'ubuntu', source: { ip: '1.2.3.4', port: 5 } },
    ],
    [
      'reverse mapping checking getaddrinfo for evil.example [1.2.3.4] failed - POSSIBLE BREAK-IN ATTEMPT!',
      { action: 'ssh_reverse_mapping_failed', source: { ip: '1.2.3.4' } },
    ],
    [
      'User root from 1.2.3.4 not allowed because not listed in AllowUsers',
      {
        action: 'ssh_user_not_allowed',
        user: 'root',
        source: { ip: '1.2.3.4' },
        reason: 'not listed in AllowUsers',
      },
    ],
  ])('%s', (message, expected) => {
    expect(sshdEvent(message)).toMatchObject(expected);
  });

  test.each([
    '',
    'Server listening on :: port 22.',
    'Failed',
    'Failed password',
    'Failed password for',
    'Failed password for root from',
    'Accepted x for y from z',
    'User child is on pid 7',
  ])('"%s" is nothing that is known, or has no address', (message) => {
    expect(sshdEvent(message)?.source?.ip).toBeUndefined();
  });
});

describe('an attacker chooses the user name, the banner, the reason; the address is the real one', () => {
  const real = { ip: '5.6.7.8', port: 4711 };
  const forged = 'x from 1.2.3.4 port 22 ssh2';

  test.each([
    [`Failed password for invalid user ${forged} from 5.6.7.8 port 4711 ssh2`, real],
    [`Failed password for invalid user ${forged}: RSA SHA256:abc from 5.6.7.8 port 4711 ssh2`, real],
    [
      `Failed publickey for root from 5.6.7.8 port 4711 ssh2: ED25519-CERT SHA256:abc ID ${forged} (serial 0) CA RSA SHA256:def`,
      real,
    ],
    [
      `Failed hostbased for root from 5.6.7.8 port 4711 ssh2: RSA SHA256:abc, client user "${forged}", client host "h"`,
      real,
    ],
    [`Invalid user ${forged} from 5.6.7.8 port 4711`, real],
    ['Invalid user x from 1.2.3.4 port 22 from 5.6.7.8', { ip: '5.6.7.8' }],
    [
      `maximum authentication attempts exceeded for invalid user ${forged} from 5.6.7.8 port 4711 ssh2 [preauth]`,
      real,
    ],
    ['Connection closed by invalid user x 1.2.3.4 port 22 5.6.7.8 port 4711 [preauth]', real],
    ['Received disconnect from 5.6.7.8 port 4711:11: from 1.2.3.4 port 22 [preauth]', real],
    ["Bad protocol version identification 'x' from 1.2.3.4 port 22' from 5.6.7.8 port 4711", real],
    [
      'reverse mapping checking getaddrinfo for [1.2.3.4] failed - POSSIBLE BREAK-IN ATTEMPT! [5.6.7.8] failed - POSSIBLE BREAK-IN ATTEMPT!',
      { ip: '5.6.7.8' },
    ],
    ['User x from 1.2.3.4 not allowed because y from 5.6.7.8 not allowed because no', { ip: '5.6.7.8' }],
    [
      'Disconnecting invalid user x 1.2.3.4 port 22: y 5.6.7.8 port 4711: Change of username or service not allowed [preauth]',
      undefined,
    ],
  ])('%s', (message, source) => {
    expect(sshdEvent(message)?.source).toEqual(source);
  });

  test('the user name is whole, whatever is in it', () => {
    expect(sshdEvent(`Failed password for invalid user ${forged} from 5.6.7.8 port 4711 ssh2`)?.user).toBe(
      forged,
    );
  });
});

describe('a user name of a megabyte is read like any other (work that grows with its square would not end)', () => {
  const pieces = [
    ' from ',
    ' port ',
    'x',
    ' ',
    ' ssh2: ',
    ' from 1.2.3.4 port 22 ssh2',
    '[1.2.3.4] failed',
    'invalid user ',
    ': ',
    ' not allowed because',
  ];

  test.each(pieces)('of "%s" again and again', (piece) => {
    const name = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const source = { ip: '5.6.7.8', port: 4711 };
    const messages = [
      `Failed password for invalid user ${name} from 5.6.7.8 port 4711 ssh2`,
      `Invalid user ${name} from 5.6.7.8 port 4711`,
      `Connection closed by invalid user ${name} 5.6.7.8 port 4711 [preauth]`,
      `Bad protocol version identification '${name}' from 5.6.7.8 port 4711`,
      `Starting session: shell for ${name} from 5.6.7.8 port 4711 id 0`,
      `User ${name} from 5.6.7.8 port 4711 not allowed because of a reason`,
    ];
    expect(messages.map((message) => sshdEvent(message)?.source)).toEqual(messages.map(() => source));
    expect(sshdEvent(`Disconnecting invalid user ${name}`)?.action).toBe('ssh_disconnecting');
    expect(sshdEvent(`reverse mapping checking getaddrinfo for ${name}`)?.action).toBe(
      'ssh_reverse_mapping_failed',
    );
  });
});
