import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { configJsonSchema, configJsonSchemaText } from './config-json-schema.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'tocsin.example.json');

test('schemas/config.schema.json is what the validator generates (npm run schemas writes it)', () => {
  expect(readFileSync(join(root, 'schemas/config.schema.json'), 'utf8')).toBe(configJsonSchemaText());
});

test('an editor with the schema accepts the example and refuses an unknown key', () => {
  const validate = new Ajv2020({ strict: false }).compile(configJsonSchema());
  const written: unknown = JSON.parse(readFileSync(example, 'utf8'));
  expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...(written as object), sorces: [] })).toBe(false);
});

test('the example loads, where the files are that it names', () => {
  const loaded = loadConfig({
    file: example,
    env: {},
    cwd: '/',
    readFile: (path) => {
      if (path === example) return readFileSync(example, 'utf8');
      return path === '/run/secrets/slack' ? 'https://hooks.slack.com/services/T0/B0/x\n' : 'text\n';
    },
  });
  expect(loaded.ok ? [] : loaded.failure).toEqual([]);
});
