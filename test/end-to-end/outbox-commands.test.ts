import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { message } from '../support/delivery-world.ts';
import { HttpStandIn } from '../support/http-stand-in.ts';
import { eventually, jsonLines, runTocsin, TocsinProcess } from '../support/tocsin-process.ts';

describe('messages that were given up', () => {
  let folder: string;
  let soar: HttpStandIn;
  let config: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-outbox-'));
    soar = await new HttpStandIn().start();
    config = join(folder, 'tocsin.json');
    const written = {
      bus: { kind: 'embedded', file: 'log.db' },
      rules: [],
      receivers: { soar: { webhook: { url: `${soar.origin}/k3y-in-the-path` } } },
      state: { file: 'state.db' },
      web: { listen: 'off' },
    };
    writeFileSync(config, JSON.stringify(written));
    const store = openSqliteStore({ file: join(folder, 'state.db') });
    const outbox = [
      message('incident-a', '1', 'receiver:soar/webhook'),
      message('incident-b', '2', 'receiver:gone/slack'),
    ];
    store.commit({ positions: [], watermarks: {}, windowDelta: null, incidents: [], outbox }, () => '');
    const detail = 'answered 404: \u001b[31mred';
    store.gaveUp(
      [1, 2].map((id) => ({ id, reason: 'client', detail })),
      Date.UTC(2026, 2, 1, 12, 30),
    );
    store.close();
  });
  afterEach(async () => {
    await soar.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const outbox = (...args: string[]) => runTocsin(['outbox', ...args, '--config', config]);

  test('are listed, for people and for programs', async () => {
    const { out, code } = await outbox('list');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^ID +WHEN +LANE +REASON +INCIDENT +DETAIL\n2 +2026-03-01T12:30:00Z +receiver:gone\/slack +client +incident-b/,
    );
    expect(out).toContain('\\u001b[31mred');
    const lines = (await outbox('list', '--json', '--lane', 'receiver:soar/webhook')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        id: 1,
        lane: 'receiver:soar/webhook',
        reason: 'client',
        givenUp: '2026-03-01T12:30:00.000Z',
        notification: { incident: { id: 'incident-a' } },
      },
    ]);
  });

  test('are sent again by the service that is running', async () => {
    const service = new TocsinProcess(['run', '--config', config]);
    try {
      await service.up();
      expect(await outbox('retry', '1')).toMatchObject({ code: 0, out: '1 message goes out again\n' });
      await eventually(() => soar.accepted.length > 0);
      expect(soar.accepted[0]?.headers['idempotency-key']).toBe('1');
    } finally {
      await service.end();
    }
    expect((await outbox('list')).out).not.toContain('soar');
    const store = openSqliteStore({ file: join(folder, 'state.db'), readOnly: true });
    const said = store.notices('incident-a').map(({ receiver, reason }) => `${receiver} ${reason}`);
    store.close();
    expect(said).toEqual(['soar/webhook sent-again']);
  });

  test('are sent again for programs, too: each id with what becomes of it', async () => {
    const { out, code, err } = await outbox('retry', '1', '77', '--json');
    expect([code, err]).toEqual([1, '']);
    expect(jsonLines(out)).toEqual([
      { id: 1, sentAgain: true },
      { id: 77, refused: 'no-such-message', message: expect.stringContaining('tocsin outbox list') },
    ]);
    const all = await outbox('retry', '--all', '--json');
    expect([all.code, jsonLines(all.out)]).toEqual([0, [{ id: 2, sentAgain: true }]]);
    expect((await outbox('retry', '--all', '--json')).out).toBe('');
  });

  test.each([
    { title: 'an id that is none', args: ['retry', 'x'], code: 2 },
    { title: 'nothing to send', args: ['retry'], code: 2 },
    { title: 'two ways to say what', args: ['retry', '1', '--all'], code: 2 },
    { title: 'an id that is not there', args: ['retry', '77'], code: 1 },
    { title: 'everything', args: ['retry', '--all'], code: 0 },
  ])('asked for $title the command ends with $code', async ({ args, code }) => {
    expect(await outbox(...args)).toMatchObject({ code });
  });
});
