import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TocsinProcess } from '../support/tocsin-process.ts';

// A service that is told to stop ends, whatever would keep it.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-stop-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const base = { state: { file: 'state.db' }, rules: [], web: { listen: 'off' } };

const stop = async (config: unknown) => {
  const service = new TocsinProcess(['run', '--config', file('tocsin.json', config)]);
  await service.up();
  return service.end('SIGTERM');
};

test('code of the user that goes on for ever keeps no process, and the log says so', async () => {
  file('operators.mjs', 'setInterval(() => undefined, 1_000); export const isEven = (n) => n % 2 === 0;');
  const bus = { kind: 'embedded', file: 'log.db' };
  const { code, err } = await stop({ ...base, bus, operators: ['operators.mjs'] });
  expect(code).toBe(0);
  expect(err).toContain('stopped; everything was told');
  expect(err).toContain('something keeps the process though all is closed');
});

test('a broker that takes connections and never answers keeps no process', async () => {
  const sockets: Socket[] = [];
  const broker: Server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  const address = broker.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    const bus = { kind: 'kafka', brokers: [`127.0.0.1:${port}`] };
    const { code, signal, err } = await stop({ ...base, bus, sources: [{ name: 'a', topics: ['a'] }] });
    expect(signal).toBeNull();
    // Told all there was, or given up at what the log names.
    expect([0, 3]).toContain(code);
    expect(err).toMatch(/stopped; everything was told|the stop did not end in time/);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => broker.close(resolve));
  }
});
