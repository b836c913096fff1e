import { loadSigma } from '../../src/config/sigma-files.ts';
import { compileDecoder } from '../../src/consume/decode-record.ts';
import { createSigmaCompiler, type SigmaSource } from '../../src/detect/sigma/compile/compile-conditions.ts';
import { isSigmaConditions, type SigmaConditions } from '../../src/detect/sigma/sigma-rule.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { sourceDefaults } from '../../src/shared/model/source-config.ts';

/** An event as a source with that profile decodes it. */
export function decodeWith(profile: string, event: unknown): LogEvent {
  const decoder = compileDecoder({
    ...sourceDefaults,
    name: 'test',
    topics: ['test'],
    format: 'json',
    profile,
  });
  const value = Buffer.from(JSON.stringify(event));
  const record = { topic: 'test', partition: 0, offset: 0, key: null, value, headers: [], timestampMs: 0 };
  const decoded = decoder.decode(record, 0);
  const found = decoded.ok ? decoded.value : decoded.failure.events;
  if (found.length !== 1) throw new Error('one event in, one event out');
  return found[0]!;
}

/** A rule around a detection, as YAML. */
export const sigmaRule = (detection: string, logsource = 'category: test'): string =>
  ['title: Test', 'logsource:', ...indent(logsource), 'detection:', ...indent(detection)].join('\n');

const indent = (text: string): string[] => text.split('\n').map((line) => `  ${line}`);

/** What the only rule of a YAML text says of events; throws where the rule has a fault. */
export function compileYaml(
  text: string,
  options: {
    placeholders?: Readonly<Record<string, readonly string[]>>;
    source?: Omit<SigmaSource, 'name'>;
  } = {},
): (event: Readonly<Record<string, unknown>>) => boolean {
  const { placeholders, source } = options;
  const { loaded, faults } = loadSigma(
    [{ file: 'test.yml', text }],
    placeholders === undefined ? {} : { placeholders },
  );
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const compiler = createSigmaCompiler(source === undefined ? [] : [{ name: 'test', ...source }]);
  const matches = compiler.compile(sigmaOf(loaded[0]?.rule.conditions));
  return (event) => matches(event, 'test');
}

/** The faults of a YAML text: `line path: message (hint)`. */
export function faultsOf(text: string): string[] {
  return loadSigma([{ file: 'test.yml', text }]).faults.map(
    ({ line, path, message, hint }) => `${line} ${path}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

export function sigmaOf(conditions: unknown): SigmaConditions {
  if (!isSigmaConditions(conditions)) throw new Error('these are no conditions of Sigma');
  return conditions;
}
