import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type IncidentPages, incidentPage } from './incident-pages.ts';

const pages: IncidentPages = {
  list: () => '<p>all</p>',
  page: (id) => (id === '5f2c' ? '<p>one</p>' : undefined),
  json: (id) => (id === '5f2c' ? '{"id":"5f2c"}' : undefined),
  style: 'p { margin: 0 }',
  hosts: ['tocsin.example.org'],
};

describe('what is answered about incidents', () => {
  test.each([
    { path: '', status: 200, body: '<p>all</p>' },
    { path: '5f2c', status: 200, body: '<p>one</p>' },
    { path: '5f2c.json', status: 200, body: '{"id":"5f2c"}' },
    { path: 'nobody', status: 404, body: expect.stringContaining('no such incident') },
    { path: 'nobody.json', status: 404, body: expect.stringContaining('no such incident') },
    { path: '../healthz', status: 404, body: expect.stringContaining('no such incident') },
    { path: "5f2c' OR 1=1", status: 404, body: expect.stringContaining('no such incident') },
    { path: '%3Cscript%3E', status: 404, body: expect.stringContaining('no such incident') },
    { path: 'a'.repeat(101), status: 404, body: expect.stringContaining('no such incident') },
  ])('to /incidents/$path: $status', ({ path, ...answer }) => {
    expect(incidentPage(path, { pages, host: 'localhost:8787' })).toMatchObject(answer);
  });

  test('is 503 where the state cannot be read: looking at incidents ends no service', () => {
    const broken = (): never => {
      throw new Error('SQLITE_IOERR');
    };
    const unreadable = { ...pages, list: broken, page: broken, json: broken };
    for (const path of ['', '5f2c', '5f2c.json'])
      expect(incidentPage(path, { pages: unreadable, host: 'localhost' }).status).toBe(503);
  });

  test('allows the one style sheet of its pages and nothing else', () => {
    const { headers } = incidentPage('5f2c', { pages, host: 'localhost' });
    const hash = createHash('sha256').update(pages.style).digest('base64');
    expect(headers?.['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });

  test.each([
    ['localhost:8787', 200],
    ['127.0.0.1:8787', 200],
    ['[::1]:8787', 200],
    ['10.1.2.3', 200],
    ['TOCSIN.example.org', 200],
    ['evil.example:8787', 421],
    ['localhost.evil.example', 421],
    ['', 421],
  ])('under the name %j: %i, so that no page of another site reads it', (host, status) => {
    expect(incidentPage('', { pages, host }).status).toBe(status);
  });
});
