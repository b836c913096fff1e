import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { sigmaJsonSchema } from '../../src/config/sigma-json-schema.ts';
import { readYaml } from '../../src/config/sigma-yaml.ts';
import { createSigmaCompiler } from '../../src/detect/sigma/compile/compile-conditions.ts';
import { plainValue } from '../../src/shared/plain-value.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { decodeWith, sigmaOf } from '../support/sigma-events.ts';
import { readTarFiles } from '../support/tar-files.ts';

const isHere = hasSharedData('sigmahq');

/** Rules that name placeholders need their values: these are the ones the corpus asks for. */
const placeholderRules = 25;

function readRules(): { file: string; text: string }[] {
  const files = readTarFiles(join(sharedData, 'sigmahq', 'rules.tar.gz'));
  return [...files].filter(([file]) => /\.ya?ml$/.test(file)).map(([file, text]) => ({ file, text }));
}

/** JSON objects one after the other, as the regression files hold them. */
function splitObjects(text: string): unknown[] {
  return text
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part));
}

describe.skipIf(!isHere)('the 3,780 rules of SigmaHQ', () => {
  const rules = isHere ? readRules() : [];
  const { loaded, faults } = loadSigma(rules);

  test('all load but those that need the values of a placeholder', () => {
    expect(rules).toHaveLength(3_780);
    expect(new Set(faults.map((fault) => fault.file)).size).toBe(placeholderRules);
    expect(loaded).toHaveLength(3_780 - placeholderRules);
    expect(faults.filter((fault) => !/^placeholder %[\w-]+% has no values$/.test(fault.message))).toEqual([]);
  });

  test('with those values every one loads', () => {
    const names = faults.map((fault) => /%([\w-]+)%/.exec(fault.message)?.[1] ?? '');
    const placeholders = Object.fromEntries(names.map((name) => [name, ['one', 'two*']]));
    const asking = rules.filter(({ file }) => faults.some((fault) => fault.file === file));
    const rest = loadSigma(asking, { placeholders });
    expect(rest.faults).toEqual([]);
    expect(new Set([...loaded, ...rest.loaded].map(({ rule }) => rule.id)).size).toBe(3_780);
  });

  test('all are valid by the JSON Schema for editors', () => {
    const validate = new Ajv2020({ strict: false, logger: false }).compile(sigmaJsonSchema());
    const wrong = rules.filter(
      ({ text }) => !readYaml(text).documents.every(({ value }) => validate(plainValue(value))),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('every fault says where it stands', () => {
    for (const fault of faults) {
      expect(fault.path).toMatch(/^document 1 \$\.detection\..*expand/);
      const line = rules.find(({ file }) => file === fault.file)?.text.split('\n')[(fault.line ?? 0) - 1];
      expect(line).toMatch(/expand|%/);
    }
  });

  describe('fire on their own events, decoded through the profile evtx', () => {
    const files = isHere ? readTarFiles(join(sharedData, 'sigmahq', 'regression-json.tar.gz')) : new Map();
    const byId = new Map(loaded.map(({ rule }) => [rule.id, rule]));
    const cases = rules.flatMap(({ text }) => {
      const id = /^id: *(\S+)/m.exec(text)?.[1] ?? '';
      const info = /^regression_tests_path: *(\S+)/m.exec(text)?.[1];
      if (info === undefined) return [];
      const wanted = Number(/match_count: *(\d+)/.exec(files.get(info) ?? '')?.[1] ?? 1);
      const folder = info.slice(0, info.lastIndexOf('/'));
      const events = files.get(`${folder}/${id}.json`) ?? '';
      return [{ id, wanted, events: splitObjects(events) }];
    });

    test('there are 202', () => {
      expect(cases).toHaveLength(202);
    });

    test.each([
      { title: 'without a log source', logsource: undefined },
      {
        title: 'with the log source windows, which adds channels and event ids',
        logsource: { product: 'windows' },
      },
    ])('$title', ({ logsource }) => {
      const source = { name: 'test', profile: 'evtx', ...(logsource === undefined ? {} : { logsource }) };
      const compiler = createSigmaCompiler([source]);
      const silent = cases.filter(({ id, wanted, events }) => {
        const matches = compiler.compile(sigmaOf(byId.get(id)?.conditions));
        const hits = events.filter((event) => matches(decodeWith('evtx', event).fields, 'test')).length;
        return hits < wanted || events.length === 0;
      });
      expect(silent.map(({ id }) => id)).toEqual([]);
    });
  });
});
