import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attacks, hostileIncident, sampleIncident } from '../../../test/support/sample-incident.ts';
import { matchOption } from '../../cli/match-option.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { IncidentMatch } from '../../shared/model/incident-match.ts';
import { matchesIncident } from '../routing/incident-match.ts';
import { nextSteps } from './next-steps.ts';

/** The words that a shell makes of a command line of tocsin's; nothing else may come of it. */
function wordsOf(commandLine: string, shell = '/bin/sh'): string[] {
  const script = `tocsin() { printf '%s\\0' "$@"; }\n${commandLine}\n`;
  const out = execFileSync(shell, ['-c', script], { env: {}, stdio: ['ignore', 'pipe', 'pipe'] }).toString();
  return out.split('\0').slice(0, -1);
}

/** As far as this machine has them. */
const others = ['/bin/bash', '/bin/zsh', '/usr/bin/fish'].filter((shell) => existsSync(shell));

const matchOf = (words: readonly string[]): IncidentMatch =>
  words.reduce<IncidentMatch>(
    (match, word, index) => (words[index - 1] === '--match' ? matchOption(word, match) : match),
    {},
  );

const silenceOf = (incident: Incident): string | undefined =>
  nextSteps(incident).find((line) => line.startsWith('tocsin silence'));

const grouped = (value: unknown): Incident => sampleIncident({ group: { 'user.name': value } });

describe('what to do next', () => {
  test.each([
    { status: 'open', steps: ['incidents show', 'incidents ack', 'silence add'] },
    { status: 'acknowledged', steps: ['incidents show', 'incidents resolve', 'silence add'] },
    { status: 'resolved', steps: ['incidents show'] },
  ] as const)('of one that is $status is $steps', ({ status, steps }) => {
    const said = nextSteps(sampleIncident({ status })).map((line) => line.split(' ').slice(1, 3).join(' '));
    expect(said).toEqual(steps);
  });

  test('of one that is part of another is to look at that one', () => {
    const incident = sampleIncident({ status: 'merged', mergedInto: 'a1b2c3' });
    expect(nextSteps(incident)).toEqual(['tocsin incidents show a1b2c3']);
  });

  test('silences this rule and this group, and no other', () => {
    expect(silenceOf(sampleIncident())).toBe(
      "tocsin silence add --match rule=ssh-brute-force --match group.source.ip=203.0.113.7 --for 2h --comment 'WHY'",
    );
  });
});

describe('a value in a command line', () => {
  test.each([
    { title: 'with spaces', value: 'jo doe' },
    { title: 'of another alphabet', value: 'Зоя' },
    { title: 'with dollars, semicolons and pipes', value: '$(id); id | sh & $HOME !1 #x ~ [a-z]? "q"' },
    { title: 'of a Windows domain', value: 'CORP\\jo' },
    { title: 'that looks like an option', value: '--comment' },
    { title: 'that is a number', value: 22 },
    { title: 'that is missing', value: null },
    { title: 'that is a list', value: ['a', { b: 1 }] },
  ])('$title reaches tocsin as it is', ({ value }) => {
    const line = silenceOf(grouped(value)) ?? '';
    const match = matchOf(wordsOf(line));
    expect(matchesIncident(grouped(value), match, () => undefined)).toBe(true);
    expect(matchesIncident(grouped('another'), match, () => undefined)).toBe(false);
    for (const shell of others) expect(wordsOf(line, shell)).toEqual(wordsOf(line));
  });

  test.each([
    { title: 'a quote', value: "x'; reboot; '" },
    { title: 'a backslash at the end', value: 'x\\' },
    { title: 'two backslashes', value: '\\\\share' },
    { title: 'a line feed', value: 'x\nreboot' },
    { title: 'an escape', value: 'x\u001b[2Jy' },
    { title: 'what cannot be seen', value: 'x\u200by\u3164' },
    { title: 'a curly quote, which PowerShell takes for one', value: 'x’; calc; ‘' },
    { title: 'a backtick', value: '`id`' },
    { title: 'an address that channels break', value: 'https://evil.example' },
    { title: 'nothing', value: '' },
    { title: 'too much', value: 'x'.repeat(200) },
  ])('with $title stands in no command: the silence names the incident', ({ value }) => {
    expect(silenceOf(grouped(value))).toBe(
      "tocsin silence add --like 5f2c0a9be1d34c77 --for 2h --comment 'WHY'",
    );
  });

  test('with a star, which would take every value, leaves the silence out', () => {
    expect(nextSteps(grouped('a*')).length).toBe(2);
  });

  test('comes to nothing but words of tocsin’s, whatever an attacker wrote', () => {
    const isHarmless = (incident: Incident): void => {
      for (const line of nextSteps(incident)) {
        const words = wordsOf(line);
        expect(words[0]).toMatch(/^(?:incidents|silence)$/);
        if (words[0] !== 'silence' || words[2] === '--like') continue;
        expect(matchesIncident(incident, matchOf(words), () => undefined)).toBe(true);
        expect(words.length).toBe(2 + 2 * (1 + Object.keys(incident.group).length) + 4);
      }
    };
    for (const attack of attacks) isHarmless(grouped(attack));
    for (const attack of attacks) isHarmless(sampleIncident({ group: { [attack]: 'x' } }));
    fc.assert(fc.property(hostileIncident, isHarmless), { numRuns: 150 });
    const shellish = fc.string({
      unit: fc.constantFrom(...'\'"\\$`;&|<>(){}*?#!~ \n=ab'.split('')),
      maxLength: 12,
    });
    fc.assert(
      fc.property(shellish, (value) => isHarmless(grouped(value))),
      { numRuns: 150 },
    );
  });
});
