import { expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { runRuleTests } from '../../src/engine/run-rule-tests.ts';
import { readPage } from '../support/markdown.ts';

const examples = readPage('docs/sigma.md')
  .blocks.filter(({ language }) => language === 'yaml')
  .map(({ text, line }) => ({ place: `docs/sigma.md:${line}`, text }));

test.each(examples)('$place loads, and its own tests pass', ({ text }) => {
  const { loaded, faults } = loadSigma([{ file: 'example.yml', text }]);
  expect(faults).toEqual([]);
  expect(loaded.flatMap(({ tests }) => tests)).not.toEqual([]);
  const results = loaded.flatMap((rule) => runRuleTests(rule));
  expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
});

test('there is an example', () => expect(examples).not.toEqual([]));
