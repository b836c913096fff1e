import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { matchOption, matchText } from './match-option.ts';

test('what is given several times is one of several values, different fields must all hold', () => {
  const written = [
    'rule=ssh-*',
    'rule=web',
    'severity=high',
    'group.source.ip=::1',
    'group.source.ip=a=b',
    'tags=x',
  ];
  const match = written.reduce(
    (before: ReturnType<typeof matchOption> | undefined, text) => matchOption(text, before),
    undefined,
  );
  expect(match).toEqual({
    rule: ['ssh-*', 'web'],
    severity: ['high'],
    tags: ['x'],
    group: { 'source.ip': ['::1', 'a=b'] },
  });
  expect(matchText(match ?? {})).toBe('rule=ssh-*|web severity=high tags=x group.source.ip=::1|a=b');
});

test('a field of the group may have any name', () => {
  const match = matchOption('group.__proto__=x');
  expect(Object.entries(match.group ?? {})).toEqual([['__proto__', ['x']]]);
});

const refused: readonly [string, RegExp][] = [
  ['rle=a', /did you mean rule\?/],
  ['source.ip=a', /did you mean group\.source\.ip\?/],
  ['__proto__=a', /nothing is called/],
  ['severity=hi', /informational, low/],
  ['minSeverity=', /FIELD=VALUE/],
  ['rule', /FIELD=VALUE/],
  ['=a', /FIELD=VALUE/],
];

for (const [text, says] of refused)
  test(`${text} is refused`, () => {
    expect(() => matchOption(text)).toThrow(InvalidArgumentError);
    expect(() => matchOption(text)).toThrow(says);
  });
