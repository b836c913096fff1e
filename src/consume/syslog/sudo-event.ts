import type { ProgramEvent } from './program-event.ts';

/**
 * What a message of sudo tells: `USER : [REASON ; ]TTY=... ; PWD=... ; USER=... ; COMMAND=...` (sudoers(5), "LOG
 * FORMAT"). The command comes last and is free text, so everything else is read from before the first `COMMAND=`.
 */
export function sudoEvent(message: string): ProgramEvent | undefined {
  const colon = message.indexOf(' : ');
  if (colon === -1 || colon > 256) return undefined;
  const rest = message.slice(colon + 3);
  const command = rest.startsWith('COMMAND=') ? 0 : rest.indexOf('; COMMAND=');
  if (command === -1) return undefined;
  const settings = rest.slice(0, command).split(' ; ', partsMax);
  const reason = settings[0]?.includes('=') === false && settings[0] !== '' ? settings[0] : undefined;
  return {
    action: reason === undefined ? 'sudo_command' : deniedAction(reason),
    outcome: reason === undefined ? 'success' : 'failure',
    category: reason === undefined ? 'process' : 'authentication',
    user: message.slice(0, colon).trim(),
    asUser: setting(settings, 'USER='),
    workingDirectory: setting(settings, 'PWD='),
    commandLine: rest.slice(rest.indexOf('COMMAND=', command) + 'COMMAND='.length),
    reason,
  };
}

/** HOST, TTY, CHROOT, PWD, USER, GROUP, TSID, ENV and the reason; further parts are not looked at. */
const partsMax = 12;

function setting(settings: readonly string[], name: string): string | undefined {
  return settings
    .find((part) => part.startsWith(name))
    ?.slice(name.length)
    .trimEnd();
}

/** `3 incorrect password attempts`, `user NOT in sudoers`, `command not allowed`, `a password is required`, ... */
const deniedAction = (reason: string): string =>
  reason.includes('incorrect password') ? 'sudo_wrong_password' : 'sudo_denied';
