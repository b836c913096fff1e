import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HttpStandIn } from '../support/http-stand-in.ts';
import { eventually, TocsinProcess } from '../support/tocsin-process.ts';

const watch = await new HttpStandIn().start();
const folder = mkdtempSync(join(tmpdir(), 'tocsin-heartbeat-'));
afterAll(async () => {
  await watch.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the service beats while it runs, and ends when it is asked to', { timeout: 120_000 }, async () => {
  const config = {
    bus: { kind: 'embedded', file: 'log.db' },
    state: { file: 'state.db' },
    rules: ['rule.json'],
    web: { listen: 'off' },
    sources: [{ name: 'doors', topics: ['logs.doors'] }],
    heartbeat: { url: `${watch.origin}/ping`, every: '300ms' },
  };
  const rule = { id: 'r', conditions: { all: [{ fact: 'a', operator: 'equal', value: 1 }] } };
  writeFileSync(join(folder, 'rule.json'), JSON.stringify(rule));
  writeFileSync(join(folder, 'tocsin.json'), JSON.stringify(config));
  const service = new TocsinProcess(['run'], { cwd: folder });
  await eventually(() => watch.accepted.length >= 3);
  watch.answerAlways('hang');
  await eventually(() => watch.posts.some(({ answer }) => answer === 'hang'));
  expect(await service.end(), 'a beat under way holds up nothing').toMatchObject({ code: 0 });
  expect(watch.posts.every(({ method, path }) => `${method} ${path}` === 'POST /ping')).toBe(true);
});
