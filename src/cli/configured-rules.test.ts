import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createColors } from 'picocolors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configOf } from '../../test/support/load-config.ts';
import type { Config } from '../config/config-model.ts';
import type { CommandContext } from './command-context.ts';
import { configuredRule, configuredRules } from './configured-rules.ts';

const base = `title: A tool was run
id: 5f0a1c9e-0000-4000-8000-000000000001
status: test
description: Somebody runs it.
logsource: { product: windows, category: process_creation }
detection: { selection: { Image: tool.exe }, condition: selection }
level: high
`;
const correlation = `title: Often
id: 5f0a1c9e-0000-4000-8000-000000000002
description: Again and again.
correlation:
  type: event_count
  rules: [5f0a1c9e-0000-4000-8000-000000000001]
  group-by: [User]
  timespan: 5m
  condition: { gte: 3 }
level: high
`;
const inJson = (id: string, fact: string): string =>
  JSON.stringify({
    id,
    title: id,
    severity: 'low',
    description: `About ${id}.`,
    conditions: { all: [{ fact, operator: 'equal', value: 1 }] },
  });

describe('one rule of a configuration', () => {
  let folder: string;
  let config: Config;
  const streams = { out: new PassThrough(), err: new PassThrough() };
  const terminal = { ...streams, isScreen: false, colours: createColors(false) };
  const context: CommandContext = {
    terminal,
    env: {},
    cwd: '/',
    act: () => async () => undefined,
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-rule-'));
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write('base.yml', base);
    write('often.yml', correlation);
    write('door.json', inJson('door', 'door'));
    write('escaped.json', inJson('t\u00fcr', 't').replace('\u00fc', '\\u00fc'));
    write('broken.json', '{ "id": "door"');
    config = configOf({
      sources: [{ name: 'auth', topics: ['auth'], format: 'json' }],
      rules: [folder],
      state: { file: join(folder, 'state.db') },
    });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    { id: 'door', description: 'About door.', how: 'beside a broken file that names it' },
    { id: '5f0a1c9e-0000-4000-8000-000000000001', description: 'Somebody runs it.', how: 'of Sigma' },
    { id: '5f0a1c9e-0000-4000-8000-000000000002', description: 'Again and again.', how: 'over another' },
    { id: 't\u00fcr', description: 'About t\u00fcr.', how: 'whose id is written otherwise in its file' },
    { id: 'tocsin.undelivered', description: '', how: 'of tocsin itself' },
  ])('is found $how, as it is among all', async ({ id, description }) => {
    const found = await configuredRule(id, config, context);
    expect(found?.description).toBe(description);
    const among = (await configuredRules(config, context)).find((rule) => rule.id === id);
    // What it means to others is another matter: one that is counted by another opens no incidents.
    expect({ ...found, alert: among?.alert }).toEqual(among);
  });

  test('is none where no file has it', async () => {
    expect(await configuredRule('gone', config, context)).toBeUndefined();
  });
});
