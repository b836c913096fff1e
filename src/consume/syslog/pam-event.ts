import { endpointOf } from '../network-address.ts';
import type { ProgramEvent } from './program-event.ts';

const session =
  /^session (opened|closed) for user (\S{1,64}?)(?:\(uid=\d{1,10}\))?(?: by (\S{0,64})\(uid=\d{1,10}\))?$/;
const moreFailures = /^PAM \d{1,6} more authentication failures?; /;

/** What a PAM module tells through any program: `pam_unix(sshd:auth): ...`, and the summary `PAM 2 more ...`. */
export function pamEvent(message: string): ProgramEvent | undefined {
  if (message.startsWith('pam_')) {
    const at = message.indexOf('): ');
    return at === -1 || at > 128 ? undefined : moduleEvent(message.slice(at + 3));
  }
  return moreFailures.test(message) ? failure('pam_more_authentication_failures', message) : undefined;
}

function moduleEvent(text: string): ProgramEvent | undefined {
  if (text.startsWith('authentication failure; ')) return failure('pam_authentication_failure', text);
  if (text === 'check pass; user unknown') {
    return { action: 'pam_user_unknown', outcome: 'failure', category: 'authentication' };
  }
  if (text.startsWith('password changed for ')) {
    const user = text.slice('password changed for '.length);
    return { action: 'password_changed', outcome: 'success', category: 'iam', user };
  }
  return text.startsWith('session ') ? sessionEvent(text) : undefined;
}

/** The user of the session is who is worked as; `by` is who works, where the text says it. */
function sessionEvent(text: string): ProgramEvent | undefined {
  const found = session.exec(text);
  if (found === null) return undefined;
  const [, change, user, by] = found;
  const action = `session_${change}`;
  return by ? { action, category: 'session', user: by, asUser: user } : { action, category: 'session', user };
}

/** `...; logname= uid=0 euid=0 tty=ssh ruser= rhost=ADDRESS  user=USER`: the user comes last and may hold anything. */
function failure(action: string, text: string): ProgramEvent {
  const found = / rhost=(\S{0,255})(?: {1,2}user=(.*)| *)$/s.exec(text.slice(text.indexOf(' rhost=')));
  return {
    action,
    outcome: 'failure',
    category: 'authentication',
    source: endpointOf(found?.[1] ?? ''),
    user: found?.[2],
  };
}
