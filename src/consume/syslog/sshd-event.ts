import { endpointOf } from '../network-address.ts';
import type { ProgramEvent, ProgramParser } from './program-event.ts';
import { leadingAddress, splitFromAddress, splitPlainAddress } from './sshd-address.ts';

/**
 * What a message of OpenSSH's sshd tells (texts: auth.c, packet.c, sshd.c of portable OpenSSH 7 to 10). User names,
 * client banners and disconnect reasons are attackers' text: addresses are taken from where sshd writes them, never
 * from what looks like one.
 */
export function sshdEvent(message: string): ProgramEvent | undefined {
  const text = withoutSuffix(message);
  for (const [beginning, parse] of messages) {
    if (text.startsWith(beginning)) return parse(text.slice(beginning.length));
  }
  return userNotAllowed(text);
}

const withoutSuffix = (message: string): string =>
  message.endsWith(' [preauth]') ? message.slice(0, -' [preauth]'.length) : message;

/** In this order: where one beginning begins another, the longer comes first. */
const messages: readonly (readonly [string, ProgramParser])[] = [
  ['Failed ', (rest) => login(rest, 'failure')],
  ['Accepted ', (rest) => login(rest, 'success')],
  ['Invalid user ', invalidUser],
  [
    'input_userauth_request: invalid user ',
    (user) => ({ ...authentication('ssh_invalid_user_request'), user }),
  ],
  ['Connection closed by ', (rest) => connectionEnd('ssh_connection_closed', rest)],
  ['Connection reset by ', (rest) => connectionEnd('ssh_connection_reset', rest)],
  ['Connection from ', connection],
  [
    'Received disconnect from ',
    (rest) => ({ ...session('ssh_disconnect_received'), source: leadingAddress(rest) }),
  ],
  ['Disconnected from ', (rest) => connectionEnd('ssh_disconnect', rest)],
  ['Disconnecting: ', (reason) => ({ ...session('ssh_disconnecting'), reason })],
  ['Disconnecting ', disconnecting],
  ['error: maximum authentication attempts exceeded for ', maxAttempts],
  ['maximum authentication attempts exceeded for ', maxAttempts],
  ['Did not receive identification string from ', (rest) => network('ssh_no_identification', rest)],
  [
    'error: kex_exchange_identification: ',
    (reason) => ({ action: 'ssh_no_identification', category: 'network', reason }),
  ],
  ['Bad protocol version identification ', badProtocol],
  ['banner exchange: Connection from ', (rest) => network('ssh_bad_protocol', rest)],
  ['fatal: Unable to negotiate with ', (rest) => network('ssh_negotiation_failed', rest)],
  ['Unable to negotiate with ', (rest) => network('ssh_negotiation_failed', rest)],
  ['fatal: Timeout before authentication for connection from ', (rest) => network('ssh_timeout', rest)],
  ['Timeout before authentication for connection from ', (rest) => network('ssh_timeout', rest)],
  ['fatal: Timeout before authentication for ', (rest) => network('ssh_timeout', rest)],
  ['Timeout before authentication for ', (rest) => network('ssh_timeout', rest)],
  ['Starting session: ', (rest) => sessionEdge('ssh_session_start', rest.slice(rest.indexOf(' for ') + 5))],
  ['Close session: user ', (rest) => sessionEdge('ssh_session_end', rest)],
  ['reverse mapping checking getaddrinfo for ', reverseMapping],
];

const authentication = (action: string): ProgramEvent => ({
  action,
  outcome: 'failure',
  category: 'authentication',
});

const session = (action: string): ProgramEvent => ({ action, category: 'session' });

const network = (action: string, rest: string): ProgramEvent => ({
  action,
  outcome: 'failure',
  category: 'network',
  source: leadingAddress(rest),
});

/** `METHOD for [invalid user ]USER from ADDRESS port N ssh2[: KEY]` */
function login(rest: string, outcome: 'success' | 'failure'): ProgramEvent | undefined {
  const methodEnd = rest.indexOf(' for ');
  if (methodEnd < 1 || methodEnd > 64) return undefined;
  const { isInvalid, text } = userPart(rest.slice(methodEnd + 5));
  const split = splitFromAddress(withoutKey(text, isInvalid));
  if (split === undefined) return undefined;
  return {
    action: 'ssh_login',
    outcome,
    category: 'authentication',
    method: rest.slice(0, methodEnd),
    user: split.before,
    source: split.source,
  };
}

function userPart(text: string): { isInvalid: boolean; text: string } {
  const isInvalid = text.startsWith('invalid user ');
  return { isInvalid, text: isInvalid ? text.slice('invalid user '.length) : text };
}

/**
 * Cuts what sshd appends of the key after `ssh2: `. The names of accounts that exist hold no such text, but the key's
 * (a certificate's id is its maker's text), so the first counts; with an invalid user the name may, so the last does.
 */
function withoutKey(text: string, isInvalidUser: boolean): string {
  if (text.endsWith(' ssh2')) return text;
  const at = isInvalidUser ? text.lastIndexOf(' ssh2: ') : text.indexOf(' ssh2: ');
  return at === -1 ? text : text.slice(0, at + 5);
}

/** `USER from ADDRESS[ port N]` */
function invalidUser(rest: string): ProgramEvent | undefined {
  const split = splitFromAddress(rest);
  return split && { ...authentication('ssh_invalid_user'), user: split.before, source: split.source };
}

/** `[authenticating user USER |invalid user USER |user USER ]ADDRESS[ port N]` */
function connectionEnd(action: string, rest: string): ProgramEvent {
  const split = splitPlainAddress(rest);
  if (split === undefined) return session(action);
  const user = /^(?:authenticating |invalid )?user (.*)$/s.exec(split.before)?.[1];
  return { ...session(action), user, source: split.source };
}

/** `[authenticating |invalid ]user USER ADDRESS port N: REASON`; where user or reason hold another ` port `, no address. */
function disconnecting(rest: string): ProgramEvent {
  const port = rest.indexOf(' port ');
  const colon = rest.indexOf(': ', port);
  const isSure = port !== -1 && colon !== -1 && port === rest.lastIndexOf(' port ');
  if (!isSure) return session('ssh_disconnecting');
  return { ...connectionEnd('ssh_disconnecting', rest.slice(0, colon)), reason: rest.slice(colon + 2) };
}

/** `[invalid user ]USER from ADDRESS port N ssh2` */
function maxAttempts(rest: string): ProgramEvent | undefined {
  const split = splitFromAddress(userPart(rest).text);
  return split && { ...authentication('ssh_max_attempts'), user: split.before, source: split.source };
}

/** `ADDRESS port N on ADDRESS port N[ rdomain ...]` */
function connection(rest: string): ProgramEvent {
  const on = rest.indexOf(' on ');
  const destination = on === -1 ? undefined : leadingAddress(rest.slice(on + 4));
  return { action: 'ssh_connection', category: 'network', source: leadingAddress(rest), destination };
}

/** `'BANNER' from ADDRESS[ port N]` */
function badProtocol(rest: string): ProgramEvent {
  const source = splitFromAddress(rest)?.source;
  return { action: 'ssh_bad_protocol', outcome: 'failure', category: 'network', source };
}

/** `USER from ADDRESS port N id N` */
function sessionEdge(action: string, rest: string): ProgramEvent | undefined {
  const id = rest.lastIndexOf(' id ');
  const split = splitFromAddress(id === -1 ? rest : rest.slice(0, id));
  return split && { ...session(action), user: split.before, source: split.source };
}

/** `NAME [ADDRESS] failed - POSSIBLE BREAK-IN ATTEMPT!`: the name is the attacker's, the address stands in brackets. */
function reverseMapping(rest: string): ProgramEvent {
  const found = /\[([^\s\]]{1,80})\] failed(?: - POSSIBLE BREAK-IN ATTEMPT!)?$/.exec(rest.slice(-160));
  const source = found === null ? undefined : endpointOf(found[1] ?? '');
  return { action: 'ssh_reverse_mapping_failed', outcome: 'failure', category: 'network', source };
}

/** `User USER from ADDRESS not allowed because REASON` */
function userNotAllowed(text: string): ProgramEvent | undefined {
  const at = text.startsWith('User ') ? text.lastIndexOf(' not allowed because ') : -1;
  const split = at === -1 ? undefined : splitFromAddress(text.slice('User '.length, at));
  if (split === undefined) return undefined;
  const reason = text.slice(at + ' not allowed because '.length);
  return { ...authentication('ssh_user_not_allowed'), user: split.before, source: split.source, reason };
}
