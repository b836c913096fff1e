import { describe, expect, test } from 'vitest';
import { createSigmaCompiler } from '../../src/detect/sigma/compile/compile-conditions.ts';
import type { SigmaLogSource } from '../../src/detect/sigma/sigma-rule.ts';
import { windowsEvents } from '../../src/detect/sigma/windows-log-sources.ts';
import { compileYaml, sigmaRule } from '../support/sigma-events.ts';

const detection = "sel:\n  Image|endswith: '\\cmd.exe'\ncondition: sel";
const written = (logsource: SigmaLogSource): string =>
  Object.entries(logsource)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

const compile = (rule: SigmaLogSource, source: SigmaLogSource | undefined) =>
  compileYaml(
    sigmaRule(detection, written(rule)),
    source === undefined ? {} : { source: { logsource: source } },
  );

const event = { Image: 'C:\\cmd.exe' };
const sysmon = { ...event, Channel: 'microsoft-windows-sysmon/OPERATIONAL' };

describe('a rule is tried on the events of a source', () => {
  test.each([
    { title: 'that declares nothing', rule: { product: 'linux' }, source: undefined, isTried: true },
    {
      title: 'of the same log source',
      rule: { category: 'proxy' },
      source: { category: 'proxy' },
      isTried: true,
    },
    {
      title: 'that is wider',
      rule: { product: 'linux', service: 'sshd' },
      source: { product: 'linux' },
      isTried: true,
    },
    {
      title: 'that is narrower',
      rule: { product: 'linux' },
      source: { product: 'linux', service: 'sshd' },
      isTried: true,
    },
    {
      title: 'but not of another product',
      rule: { product: 'linux' },
      source: { product: 'macos' },
      isTried: false,
    },
    {
      title: 'but not of another service',
      rule: { product: 'linux', service: 'cron' },
      source: { product: 'linux', service: 'sshd' },
      isTried: false,
    },
    {
      title: 'but not of one that has nothing in common',
      rule: { category: 'webserver' },
      source: { product: 'linux', service: 'sshd' },
      isTried: false,
    },
    { title: 'whatever the case', rule: { product: 'Linux' }, source: { product: 'LINUX' }, isTried: true },
  ])('$title', ({ rule, source, isTried }) => {
    expect(compile(rule, source)(event)).toBe(isTried);
  });
});

describe('a rule for Windows', () => {
  const creation = { product: 'windows', category: 'process_creation' };

  test('adds nothing where the source declares nothing', () => {
    expect(compile(creation, undefined)(event)).toBe(true);
  });

  test.each([
    { title: 'Sysmon 1', fields: { ...sysmon, EventID: 1 }, matches: true },
    { title: 'Sysmon 1 as text', fields: { ...sysmon, EventID: '1' }, matches: true },
    { title: 'not Sysmon 3', fields: { ...sysmon, EventID: 3 }, matches: false },
    {
      title: 'not event 1 of another channel',
      fields: { ...event, Channel: 'System', EventID: 1 },
      matches: false,
    },
    { title: 'not an event without both', fields: event, matches: false },
    {
      title: 'Security 4688 by its own names',
      fields: { NewProcessName: 'C:\\cmd.exe', Channel: 'Security', EventID: 4688 },
      matches: true,
    },
    {
      title: 'not Security 4689',
      fields: { NewProcessName: 'C:\\cmd.exe', Channel: 'Security', EventID: 4689 },
      matches: false,
    },
  ])('of process_creation takes $title', ({ fields, matches }) => {
    expect(compile(creation, { product: 'windows' })(fields)).toBe(matches);
    expect(compile(creation, creation)(fields)).toBe(matches);
    expect(compile({ category: 'process_creation' }, { product: 'windows' })(fields)).toBe(matches);
  });

  test.each([
    { rule: { category: 'registry_event' }, source: { category: 'registry_set' }, id: 13, isTried: true },
    { rule: { category: 'registry_set' }, source: { category: 'registry_event' }, id: 13, isTried: true },
    { rule: { category: 'registry_set' }, source: { service: 'sysmon' }, id: 13, isTried: true },
    { rule: { service: 'sysmon' }, source: { category: 'registry_set' }, id: 13, isTried: true },
    { rule: { category: 'registry_set' }, source: { service: 'security' }, id: 13, isTried: false },
    { rule: { category: 'image_load' }, source: { category: 'registry_set' }, id: 7, isTried: false },
    { rule: { category: 'process_creation' }, source: { service: 'security' }, id: 1, isTried: false },
  ])('$rule for the source $source', ({ rule, source, id, isTried }) => {
    const matches = compile({ product: 'windows', ...rule }, { product: 'windows', ...source });
    expect(matches({ ...sysmon, EventID: id })).toBe(isTried);
  });

  test('of a service takes its channel, unless the source is that service', () => {
    const rule = { product: 'windows', service: 'security' };
    expect(compile(rule, { product: 'windows' })({ ...event, Channel: 'SECURITY' })).toBe(true);
    expect(compile(rule, { product: 'windows' })(event)).toBe(false);
    expect(compile(rule, rule)(event)).toBe(true);
  });

  test('of file_access takes the provider of the trace', () => {
    const matches = compile({ product: 'windows', category: 'file_access' }, { product: 'windows' });
    expect(matches({ ...event, Provider_Name: 'Microsoft-Windows-Kernel-File' })).toBe(true);
    expect(matches(sysmon)).toBe(false);
  });

  test('of an unknown category adds nothing', () => {
    expect(compile({ product: 'windows', category: 'own' }, { product: 'windows' })(event)).toBe(true);
  });

  test.each([
    [
      { category: 'ps_script' },
      ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'],
      [4104],
    ],
    [{ category: 'pipe_created' }, ['Microsoft-Windows-Sysmon/Operational'], [17, 18]],
    [{ category: 'ps_classic_start' }, ['Windows PowerShell'], [400]],
    [{ service: 'windefend' }, ['Microsoft-Windows-Windows Defender/Operational'], undefined],
  ])('%o stands for channel and event id', (logsource, channels, ids) => {
    expect(windowsEvents({ product: 'windows', ...logsource })).toEqual([
      { channels, ...(ids === undefined ? {} : { ids }) },
    ]);
  });
});

test('several sources are told apart by name; those that nobody declared take every rule', () => {
  const compiler = createSigmaCompiler([
    { name: 'win', profile: 'winlogbeat', logsource: { product: 'windows' } },
    { name: 'nix', logsource: { product: 'linux' } },
  ]);
  const item = {
    kind: 'item',
    field: 'Image',
    modifiers: [],
    all: false,
    negated: false,
    values: [{ kind: 'text', parts: ['x'], cased: false }],
  } as const;
  const detections = { selections: { sel: item }, condition: { kind: 'selection', name: 'sel' } } as const;
  const conditions = { sigma: [{ logsource: { product: 'windows' }, detection: detections, filters: [] }] };
  const matches = compiler.compile(conditions);
  const beat = { winlog: { event_data: { Image: 'X' } } };
  expect(['win', 'nix', 'other'].map((source) => matches(beat, source))).toEqual([true, false, false]);
  expect(['win', 'nix', 'other'].map((source) => matches({ Image: 'x' }, source))).toEqual([
    true,
    false,
    true,
  ]);
  const group = compiler.compileGroup({ groupBy: ['Image'], missingGroup: 'null' });
  expect(['win', 'other'].map((source) => group(beat, source)?.values)).toEqual([
    { Image: 'X' },
    { Image: null },
  ]);
});
