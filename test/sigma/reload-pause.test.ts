import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, describe, expect, test } from 'vitest';
import { LiveRules } from '../../src/live-rules/live-rules.ts';
import type { ServiceRules } from '../../src/live-rules/load-service-rules.ts';
import { MetricsRegistry } from '../../src/runtime/metrics-registry.ts';
import { SystemClock } from '../../src/runtime/system-clock.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';
import { configOf } from '../support/load-config.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { hasSharedData, sharedData } from '../support/shared-data.ts';
import { readTarFiles } from '../support/tar-files.ts';

const isHere = hasSharedData('sigmahq');
const folder = isHere ? mkdtempSync(join(tmpdir(), 'tocsin-reload-')) : '';
afterAll(() => {
  if (isHere) rmSync(folder, { recursive: true, force: true });
});

const eventOf = (fields: LogEvent['fields']): LogEvent => ({
  fields,
  timeMs: 0,
  timeOrigin: 'field',
  source: 'windows',
  position: { topic: 'windows', partition: 0, offset: 0, index: 0 },
  weight: 1,
});

/** Fields whose automata are the largest; none of the rules but ours matches. */
const fields = {
  CommandLine: 'tocsin-reload-test one',
  Image: 'C:\\a.exe',
  ParentImage: 'C:\\b.exe',
  TargetFilename: 'C:\\c.txt',
  TargetObject: 'HKLM\\d',
};

const ours = (word: string): string =>
  `title: Ours\nid: ours\nlogsource: {product: windows}\ndetection:\n  a: {CommandLine|contains: 'tocsin-reload-test ${word}'}\n  condition: a\n`;

/** What events wait for while one of thousands of rule files has changed: printed, since it depends on the machine. */
describe.skipIf(!isHere)('a change of one rule among thousands', () => {
  test('is matched without the other rules being read anew, and events need not wait for it', async () => {
    const rules = join(folder, 'rules');
    for (const [path, text] of readTarFiles(join(sharedData, 'sigmahq', 'rules.tar.gz'))) {
      mkdirSync(dirname(join(rules, path)), { recursive: true });
      if (path.endsWith('.yml')) writeFileSync(join(rules, path), text);
    }
    writeFileSync(join(rules, 'ours.yml'), ours('one'));
    const state = join(folder, 'state.db');
    const live = await LiveRules.load({
      config: configOf({
        rules: [rules],
        sources: [{ name: 'windows', topics: ['windows'], logsource: { product: 'windows' } }],
        state: { file: state },
      }),
      log: new RecordingLog(),
      metrics: new MetricsRegistry(),
      clock: new SystemClock(),
      events: {},
    });
    const matches = ({ compiled }: ServiceRules): string[] =>
      compiled.matcher.match(eventOf(fields)).map(({ ruleId }) => ruleId);
    expect(matches(live.now)).toEqual(['ours']);
    const cacheBefore = statSync(`${state}.rules`).ino;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const told = Promise.withResolvers<ServiceRules>();
    const followed = live.follow(async (next) => told.resolve(next));
    writeFileSync(join(rules, 'ours.yml'), ours('two'));
    delay.enable();
    const before = process.cpuUsage();
    const startedMs = performance.now();
    live.reload();
    const next = await told.promise;
    const takenMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(before);
    const matchedMs = performance.now();
    expect(matches(next)).toEqual([]);
    const firstMs = performance.now() - matchedMs;
    while (statSync(`${state}.rules`).ino === cacheBefore) await new Promise((done) => setTimeout(done, 20));
    delay.disable();
    live.stop();
    await followed;
    expect(readdirSync(folder).sort()).toEqual([
      'rules',
      'state.db.good-rules',
      'state.db.index',
      'state.db.rules',
    ]);
    const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(0);
    process.stdout.write(
      `a change of one of ${next.compiled.rules.length} rules: ${takenMs.toFixed(0)} ms, ${ms(1_000 * (user + system))} ms of CPU time; ` +
        `the event loop stood still for at most ${ms(delay.max)} ms (99 %: ${ms(delay.percentile(99))} ms); the first event took ${firstMs.toFixed(0)} ms\n`,
    );
  });
});
