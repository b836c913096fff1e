import type { Incident } from '../../shared/model/incident.ts';
import { groupText } from '../routing/incident-match.ts';
import { unlinkedText } from './unlinked-text.ts';
import { visibleText } from './visible-text.ts';

/** Characters of a command: what every channel shows whole. A longer one would be cut, and half a command is worse than none. */
const commandMax = 200;

/**
 * What a person can do about an incident now, as command lines for a POSIX shell. Only commands that this program has:
 * a test runs their help. Values of the group are attackers' text: where one cannot be written so that every shell and
 * every channel leaves it as it is, the silence names the incident, whose rule and group it takes.
 */
export function nextSteps(incident: Incident): readonly string[] {
  const id = argument(incident.id);
  const show = `tocsin incidents show ${id}`;
  if (incident.status === 'merged') return [`tocsin incidents show ${argument(incident.mergedInto ?? '')}`];
  if (incident.status === 'resolved') return [show];
  const act = incident.status === 'open' ? 'ack' : 'resolve';
  return [show, `tocsin incidents ${act} ${id}`, ...silence(incident)];
}

/** Ids are letters and digits; whatever else came here would be read by somebody's shell. */
export const argument = (id: string): string => (/^[\w.-]{1,100}$/.test(id) ? id : 'ID');

/** None where a value has a star: it would stand for any characters, and a wider silence is not what anybody meant. */
function silence(incident: Incident): readonly string[] {
  const group = Object.keys(incident.group).map((field) => [`group.${field}`, groupText(incident, field)]);
  const matches = [['rule', incident.rule.id], ...group].map(([field = '', value = '']) =>
    field.includes('=') || value === '' ? null : quoted(`${field}=${value}`),
  );
  if (group.some(([, value = '']) => value.includes('*'))) return [];
  const like = silenceCommand(`--like ${argument(incident.id)}`);
  if (matches.includes(null)) return [like];
  const command = silenceCommand(matches.map((match) => `--match ${match}`).join(' '));
  return [command.length > commandMax ? like : command];
}

const silenceCommand = (options: string): string => `tocsin silence add ${options} --for 2h --comment 'WHY'`;

/**
 * As one word of a shell's command line, or null where that cannot be had of every shell: within single quotes only a
 * quote is special to POSIX shells and PowerShell, and to fish a backslash before one or before another. A backtick ends a
 * chat's code.
 */
function quoted(text: string): string | null {
  if (/^[\w@%+=:,./-]+$/.test(text)) return isShownAsItIs(text) ? text : null;
  const isPlain = /^[\p{L}\p{N}\x20-\x7e]*$/u.test(text) && !/['`]|\\(?:\\|$)/.test(text);
  return isPlain && isShownAsItIs(text) ? `'${text}'` : null;
}

/** No channel writes hidden characters out in it, or breaks an address in it. */
const isShownAsItIs = (text: string): boolean =>
  unlinkedText(text) === text && visibleText(text, { max: commandMax }) === text;
