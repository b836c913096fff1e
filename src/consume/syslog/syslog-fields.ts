import { addField, type MutableFields, wholeNumber } from '../ecs-fields.ts';
import { accountEvent } from './account-event.ts';
import { cronEvent } from './cron-event.ts';
import { pamEvent } from './pam-event.ts';
import type { SyslogLine } from './parse-syslog.ts';
import type { ProgramEvent, ProgramParser } from './program-event.ts';
import { openRepeated } from './repeated-message.ts';
import { sshdEvent } from './sshd-event.ts';
import { suEvent } from './su-event.ts';
import { sudoEvent } from './sudo-event.ts';

/** Programs whose messages are understood, by the last part of their name in lower case. */
const parsers: Readonly<Record<string, ProgramParser>> = {
  sshd: sshdEvent,
  'sshd-session': sshdEvent,
  'sshd-auth': sshdEvent,
  sudo: sudoEvent,
  su: suEvent,
  cron: cronEvent,
  crond: cronEvent,
  useradd: accountEvent,
  adduser: accountEvent,
  userdel: accountEvent,
  usermod: accountEvent,
  groupadd: accountEvent,
  gpasswd: accountEvent,
};

/** The fields of a syslog line as ECS names them; `message` is the line's message as it was received. */
export function syslogFields(line: SyslogLine): { fields: MutableFields; weight: number } {
  const fields: MutableFields = { message: line.message };
  if (line.hostname !== null) fields['host'] = { hostname: line.hostname };
  addField(fields, ['process', 'name'], line.program);
  addField(fields, ['process', 'pid'], wholeNumber(line.pid));
  addSyslogFields(fields, line);
  const weight = addMessageFields(fields, line.program ?? '', line.message);
  return { fields, weight };
}

function addSyslogFields(fields: MutableFields, line: SyslogLine): void {
  if (line.priority !== null) {
    addField(fields, ['log', 'syslog', 'priority'], line.priority);
    addField(fields, ['log', 'syslog', 'facility', 'code'], line.priority >> 3);
    addField(fields, ['log', 'syslog', 'severity', 'code'], line.priority & 7);
  }
  addField(fields, ['log', 'syslog', 'msgid'], line.messageId);
  addField(fields, ['log', 'syslog', 'structured_data'], line.structuredData);
}

/**
 * Adds what a program's message tells, and gives the weight of the event: N where the message was repeated N times
 * (also `event.repeat`), else 1. The other fields come from the inner text.
 */
export function addMessageFields(fields: MutableFields, program: string, text: string): number {
  const { message, times } = openRepeated(text);
  const name = program.slice(program.lastIndexOf('/') + 1).toLowerCase();
  const known = Object.hasOwn(parsers, name) ? parsers[name]?.(message) : undefined;
  const event = known ?? pamEvent(message);
  if (event !== undefined) addProgramEvent(fields, event);
  if (times > 1 || message !== text) addField(fields, ['event', 'repeat'], times);
  return times;
}

function addProgramEvent(fields: MutableFields, event: ProgramEvent): void {
  addField(fields, ['event', 'action'], event.action);
  addField(fields, ['event', 'outcome'], event.outcome);
  if (event.category !== undefined) addField(fields, ['event', 'category'], [event.category]);
  addField(fields, ['event', 'reason'], event.reason);
  addField(fields, ['user', 'name'], event.user);
  addField(fields, ['user', 'effective', 'name'], event.asUser);
  addField(fields, ['group', 'name'], event.group);
  addEndpoint(fields, 'source', event.source);
  addEndpoint(fields, 'destination', event.destination);
  addField(fields, ['process', 'command_line'], event.commandLine);
  addField(fields, ['process', 'working_directory'], event.workingDirectory);
  addField(fields, ['system', 'auth', 'ssh', 'method'], event.method);
}

function addEndpoint(fields: MutableFields, end: 'source' | 'destination', at: ProgramEvent['source']): void {
  if (at === undefined) return;
  addField(fields, [end, 'ip'], at.ip);
  addField(fields, [end, 'domain'], at.domain);
  addField(fields, [end, 'port'], at.port);
}
