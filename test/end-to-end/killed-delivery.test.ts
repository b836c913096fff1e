import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { message, numbers } from '../support/delivery-world.ts';
import { type HttpPost, HttpStandIn } from '../support/http-stand-in.ts';
import { eventually, TocsinProcess } from '../support/tocsin-process.ts';

describe('a service that is killed between sending a message and noting that it was taken', () => {
  let folder: string;
  let soar: HttpStandIn;
  let config: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-killed-'));
    soar = await new HttpStandIn().start();
    config = join(folder, 'tocsin.json');
    const written = {
      bus: { kind: 'embedded', file: 'log.db' },
      rules: [],
      receivers: { soar: { webhook: { url: soar.origin, ratePerSecond: 1_000 } } },
      state: { file: 'state.db' },
      web: { listen: 'off' },
    };
    writeFileSync(config, JSON.stringify(written));
    const store = openSqliteStore({ file: join(folder, 'state.db') });
    const outbox = numbers(4).map((id) => message(id, `n-${id}`, 'receiver:soar/webhook'));
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
    store.close();
  });
  afterEach(async () => {
    await soar.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const keyOf = ({ headers }: HttpPost): string => String(headers['idempotency-key']);

  test('sends it again with the same id when it is started again, and loses none', async () => {
    const ok = { status: 200 } as const;
    soar.answerAlways('hang');
    soar.answer(ok, ok);
    const killed = new TocsinProcess(['run', '--config', config]);
    // The third message is with its receiver, and no answer will come, however often it is sent.
    await eventually(() => soar.posts.length >= 3);
    await killed.end('SIGKILL');
    soar.answerAlways(null);
    const again = new TocsinProcess(['run', '--config', config]);
    await eventually(() => soar.accepted.some((post) => keyOf(post) === 'n-3'));
    await again.end();
    const { 'n-2': repeated = [], ...others } = Object.groupBy(soar.posts, keyOf);
    expect([...new Set(soar.posts.map(keyOf))]).toEqual(['n-0', 'n-1', 'n-2', 'n-3']);
    expect(Object.values(others).map((posts) => posts?.length)).toEqual([1, 1, 1]);
    expect(repeated.length).toBeGreaterThanOrEqual(2);
    expect(new Set(repeated.map(({ body }) => body)).size).toBe(1);
    const store = openSqliteStore({ file: join(folder, 'state.db'), readOnly: true });
    expect(store.depth()).toEqual([]);
    store.close();
  });
});
