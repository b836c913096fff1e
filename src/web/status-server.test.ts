import { afterEach, describe, expect, test } from 'vitest';
import { type StatusServer, startStatusServer } from './status-server.ts';

let server: StatusServer | undefined;
afterEach(async () => server?.close());

async function start(isHealthy: boolean): Promise<string> {
  server = await startStatusServer({
    host: '127.0.0.1',
    port: 0,
    health: () => ({ isHealthy, detail: { waitingFor: isHealthy ? null : 'kafka:9092' } }),
    metrics: () => 'tocsin_events_total 3\n',
  });
  return server.address;
}

describe('the status server', () => {
  test.each([
    { title: 'a healthy process answers 200', isHealthy: true, status: 200 },
    { title: 'one that cannot work answers 503 and says why', isHealthy: false, status: 503 },
  ])('$title', async ({ isHealthy, status }) => {
    const response = await fetch(`${await start(isHealthy)}/healthz`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      healthy: isHealthy,
      waitingFor: isHealthy ? null : 'kafka:9092',
    });
  });

  test('metrics are given as they are', async () => {
    const response = await fetch(`${await start(true)}/metrics?x=1`);
    expect([response.status, await response.text()]).toEqual([200, 'tocsin_events_total 3\n']);
  });

  test.each([
    { method: 'GET', path: '/../etc/passwd', status: 404 },
    { method: 'POST', path: '/healthz', status: 405 },
  ])('$method $path answers $status', async ({ method, path, status }) => {
    const response = await fetch(`${await start(true)}${path}`, { method });
    expect([response.status, response.headers.get('x-content-type-options')]).toEqual([status, 'nosniff']);
  });

  test('incidents are pages with a policy of their own', async () => {
    server = await startStatusServer({
      host: '127.0.0.1',
      port: 0,
      health: () => ({ isHealthy: true, detail: {} }),
      metrics: () => '',
      incidents: {
        list: () => 'all',
        page: (id) => `<p>${id}</p>`,
        json: () => '{}',
        style: 'p {}',
        hosts: [],
      },
    });
    const response = await fetch(`${server.address}/incidents/5f2c?x=1`);
    expect([response.status, await response.text()]).toEqual([200, '<p>5f2c</p>']);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(`${server.address}/incidents`)).status).toBe(200);
    const root = await fetch(server.address);
    expect([root.url, await root.text()]).toEqual([`${server.address}/incidents`, 'all']);
  });

  test('the root says what there is, where incidents are not served here', async () => {
    const response = await fetch(await start(true));
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('/healthz')]);
  });

  test('incidents are 404 where they are not served here', async () => {
    const response = await fetch(`${await start(true)}/incidents/5f2c`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('web.publicUrl')]);
  });

  test('an address that is taken says which, and what to do', async () => {
    const { hostname: host, port } = new URL(await start(true));
    await expect(
      startStatusServer({
        host,
        port: Number(port),
        health: () => ({ isHealthy: true, detail: {} }),
        metrics: () => '',
      }),
    ).rejects.toThrow(/EADDRINUSE.*web\.listen/);
  });
});
