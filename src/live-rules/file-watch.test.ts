import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { FileWatch } from './file-watch.ts';

/** A watch over files that have the fingerprints that the test gives them. */
function world() {
  const clock = new ManualClock();
  const stopping = new AbortController();
  const files = { fingerprint: 'a', lookMs: 0 };
  const reads: { fingerprint: string; atMs: number }[] = [];
  const startedMs = clock.nowMs();
  let looks = 0;
  const watch = new FileWatch({
    clock,
    fingerprint: async () => {
      looks += 1;
      if (files.lookMs > 0) await clock.sleep(files.lookMs);
      return files.fingerprint;
    },
    changed: () => {
      reads.push({ fingerprint: files.fingerprint, atMs: clock.nowMs() - startedMs });
    },
  });
  const ended = watch.run('a', stopping.signal);
  return { clock, watch, files, reads, looks: () => looks, stop: () => stopping.abort(), ended };
}

describe('a watch over files', () => {
  test('reads nothing while nothing changes', async () => {
    const { clock, reads, looks } = world();
    await clock.pass(60_000);
    expect([reads, looks()]).toEqual([[], 60]);
  });

  test('reads once when files have changed and are at rest', async () => {
    const { clock, files, reads } = world();
    await clock.pass(500);
    files.fingerprint = 'b';
    await clock.pass(60_000);
    expect(reads).toEqual([{ fingerprint: 'b', atMs: 1_300 }]);
  });

  test('waits for files that are being written', async () => {
    const { clock, files, reads } = world();
    for (const written of ['b', 'c', 'd', 'e']) {
      files.fingerprint = written;
      await clock.pass(written === 'b' ? 1_100 : 300);
    }
    await clock.pass(10_000);
    expect(reads.map(({ fingerprint }) => fingerprint)).toEqual(['e']);
  });

  test('reads files that never rest all the same', async () => {
    const { clock, files, reads } = world();
    for (let written = 0; written < 100; written += 1) {
      files.fingerprint = `change ${written}`;
      await clock.pass(300);
    }
    expect(reads.length).toBeGreaterThan(2);
    expect(reads.length).toBeLessThan(6);
  });

  test('a change that was taken back is none', async () => {
    const { clock, files, reads } = world();
    files.fingerprint = 'b';
    await clock.pass(1_100);
    files.fingerprint = 'a';
    await clock.pass(10_000);
    expect(reads).toEqual([]);
  });

  test('reads at once when it is asked to, also what has not changed', async () => {
    const { clock, watch, reads } = world();
    await clock.pass(100);
    watch.request();
    await clock.pass(0);
    watch.request();
    watch.request();
    await clock.pass(10_000);
    expect(reads.map(({ atMs }) => atMs)).toEqual([100, 100]);
  });

  test('looks more rarely where looking takes long', async () => {
    const { clock, files, looks } = world();
    files.lookMs = 200;
    await clock.pass(60_000);
    expect(looks()).toBeLessThan(8);
  });

  test('ends when it is stopped, in its sleep as well', async () => {
    const { clock, stop, ended, looks } = world();
    await clock.pass(1_500);
    stop();
    await ended;
    await clock.pass(10_000);
    expect(looks()).toBe(1);
  });
});
