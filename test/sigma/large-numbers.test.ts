import { describe, expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { parseJson } from '../../src/consume/parse-json.ts';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import type { EventFields } from '../../src/shared/model/log-event.ts';
import { compileYaml, sigmaRule } from '../support/sigma-events.ts';

/** An event as it comes off the wire. */
function read(json: string, exactNumbers = false): EventFields {
  const parsed = parseJson(json, exactNumbers);
  return parsed.ok ? (parsed.value as EventFields) : {};
}

/** Both by trying the rule and by the index, which may tell alone. */
function matches(item: string, fields: EventFields): boolean {
  const yaml = sigmaRule(`sel:\n  ${item}\ncondition: sel`);
  const tried = compileYaml(yaml)(fields);
  const { loaded, faults } = loadSigma([{ file: 'rule.yml', text: yaml }]);
  expect(faults).toEqual([]);
  const { matcher } = compileMatcher(loaded.map(({ rule }) => rule));
  const position = { topic: 't', partition: 0, offset: 0, index: 0 };
  const event = { fields, timeMs: 0, timeOrigin: 'record', source: 's', position, weight: 1 } as const;
  expect(matcher.match(event).length > 0).toBe(tried);
  return tried;
}

const numbers = ['9007199254740992', '9007199254740993', '-9223372036854775808', '18446744073709551615'];
const written = numbers.flatMap((rule) => numbers.map((event) => ({ rule, event })));

describe('a whole number beyond 2^53', () => {
  test.each(written)(
    '$rule in a rule matches no rounded $event, and its own digits exactly',
    ({ rule, event }) => {
      for (const item of [`f: ${rule}`, `f: ['${rule}', 'x*', 'a', 'b', 'c']`, `f|startswith: '${rule}'`]) {
        expect(matches(item, read(`{"f":${event}}`))).toBe(false);
        expect(matches(item, read(`{"f":${event}}`, true))).toBe(rule === event);
        expect(matches(item, read(`{"f":"${event}"}`))).toBe(rule === event);
      }
    },
  );

  test('is there all the same, may be compared in size, and is no keyword by rounded digits', () => {
    const fields = read('{"f":9007199254740993}');
    expect(['f|exists: true', "f: '*'", 'f|gt: 1000'].map((item) => matches(item, fields))).toEqual([
      true,
      true,
      true,
    ]);
    const keyword = compileYaml(sigmaRule("sel: ['9007199254740992']\ncondition: sel"));
    expect([keyword(fields), keyword({ f: '9007199254740992' })]).toEqual([false, true]);
  });

  test('of 2^53 - 1 is still a number like any other', () => {
    expect(matches('f: 9007199254740991', read('{"f":9007199254740991}'))).toBe(true);
  });
});
