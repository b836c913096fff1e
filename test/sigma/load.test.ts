import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PlainDocument, readPlainYaml } from '../../src/config/read-plain-yaml.ts';
import { sigmaJson } from '../../src/config/rule-hash.ts';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { readAnyYaml } from '../../src/config/sigma-yaml.ts';
import { createSigmaCompiler } from '../../src/detect/sigma/compile/compile-conditions.ts';
import type { AtomNumbers } from '../../src/detect/sigma/index/atom-numbers.ts';
import { AtomTable } from '../../src/detect/sigma/index/atom-table.ts';
import { planIndex } from '../../src/detect/sigma/index/plan-index.ts';
import { canonicalJson } from '../../src/shared/canonical-json.ts';
import { inOneGo } from '../../src/shared/steps.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { sigmaOf } from '../support/sigma-events.ts';
import { readTarFiles } from '../support/tar-files.ts';

const keysOf = (value: unknown): string[] => (value instanceof Map ? [...value.keys()] : []);

const isHere = hasSharedData('sigmahq');

/** What thousands of rules cost to load, told by what decides it, since time and memory depend on the machine. */
describe.skipIf(!isHere)('of the 3,780 rules of SigmaHQ', () => {
  const files = isHere
    ? [...readTarFiles(join(sharedData, 'sigmahq', 'rules.tar.gz'))]
        .filter(([file]) => /\.ya?ml$/.test(file))
        .map(([file, text]) => ({ file, text }))
    : [];

  test('all are read without the library that tells faults', () => {
    const odd = files.filter(({ text }) => readPlainYaml(text) === undefined);
    expect([files.length, odd]).toEqual([3_780, []]);
  });

  test('as the library reads them', () => {
    for (const { file, text } of files.filter((_, at) => at % 10 === 0)) {
      const { documents, faults } = readAnyYaml(text);
      const plain = readPlainYaml(text);
      expect([file, faults]).toEqual([file, []]);
      if (plain === undefined) continue;
      const shown = (read: readonly Pick<PlainDocument, 'value' | 'lineOf'>[]): unknown =>
        read.map(({ value, lineOf }) => [value, lineOf([]), keysOf(value).map((key) => lineOf([key]))]);
      expect([file, shown(plain)]).toEqual([file, shown(documents)]);
    }
  });

  test('hashes are of the canonical JSON of what they mean', () => {
    for (const { rule } of loadSigma(files).loaded)
      expect([rule.id, sigmaJson(sigmaOf(rule.conditions))]).toEqual([
        rule.id,
        canonicalJson(rule.conditions),
      ]);
  });

  test('the automata of all fields take less than 20 MB', () => {
    const { loaded } = loadSigma(files);
    const compiler = createSigmaCompiler([]);
    const items = loaded.map(({ rule }) => ({
      key: rule.hash,
      terms: (numbers: AtomNumbers) => compiler.require(sigmaOf(rule.conditions))('', numbers),
    }));
    const table = new AtomTable(inOneGo(planIndex(items)).plan);
    const indexes = [...table.byPath.values(), table.keywords].filter((index) => index !== undefined);
    const cells = indexes.reduce((sum, { size }) => sum + size, 0);
    expect(indexes.length).toBeGreaterThan(200);
    // Four bytes each. One state for each character of each needle would be some 18,000,000.
    expect(cells).toBeLessThan(5_000_000);
  });
});
