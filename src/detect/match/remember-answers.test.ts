import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rememberAnswers } from './remember-answers.ts';

/** The test itself, and how often it was asked. */
function counted(): { test: (text: string) => boolean; asked: () => number } {
  let asked = 0;
  const judge = (text: string): boolean => {
    asked += 1;
    return text.includes('a');
  };
  return { test: judge, asked: () => asked };
}

describe('a test with a memory', () => {
  test('answers as the test does, whatever it is asked in which order', () => {
    const text = fc.oneof(fc.constantFrom('', 'a', 'b', 'ab', 'x'.repeat(500)), fc.string());
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), (texts) => {
        const remembering = rememberAnswers((each) => each.includes('a'));
        for (const each of texts) expect(remembering(each)).toBe(each.includes('a'));
      }),
    );
  });

  test('asks once for a text that repeats', () => {
    const { test: judge, asked } = counted();
    const remembering = rememberAnswers(judge);
    for (let nth = 0; nth < 1_000; nth += 1) expect(remembering(`name-${nth % 10}`)).toBe(true);
    expect(asked()).toBe(10);
  });

  test('rests where texts do not repeat, tries again later, and is right all the while', () => {
    const { test: judge, asked } = counted();
    const remembering = rememberAnswers(judge);
    const ask = (text: string): void => expect(remembering(text)).toBe(text.includes('a'));
    for (let nth = 0; nth < 20_000; nth += 1) ask(`${nth}`);
    expect(asked()).toBe(20_000);
    for (let nth = 0; nth < 300_000; nth += 1) remembering('again');
    expect(asked()).toBeLessThan(300_000);
    const before = asked();
    for (let nth = 0; nth < 1_000; nth += 1) ask('again');
    expect(asked()).toBe(before);
  });

  test('long texts are not kept', () => {
    const { test: judge, asked } = counted();
    const remembering = rememberAnswers(judge);
    for (let nth = 0; nth < 5; nth += 1) remembering('x'.repeat(10_000));
    expect(asked()).toBe(5);
  });
});
