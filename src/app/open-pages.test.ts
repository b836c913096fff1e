import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { sampleIncident } from '../../test/support/sample-incident.ts';
import { loadConfig } from '../config/config.ts';
import { openPages } from './open-pages.ts';

function open(web: object) {
  const file = '/etc/tocsin/tocsin.json';
  const loaded = loadConfig({ file, env: {}, cwd: '/', readFile: () => JSON.stringify({ web }) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const store = new MemoryStore();
  const row = { incident: sampleIncident(), ruleId: 'r', groupKey: '[]', fold: null };
  const nothing = { positions: [], watermarks: {}, windowDelta: null, outbox: [] };
  store.commit({ ...nothing, incidents: [row] }, () => '');
  const descriptionOf = (id: string): string => (id === 'ssh-brute-force' ? 'Many failed logins.' : '');
  return openPages(loaded.value, { store, descriptionOf });
}

describe('the pages of incidents', () => {
  test.each([
    [{ listen: '127.0.0.1:8787' }, true],
    [{ listen: 'localhost:0' }, true],
    [{ listen: '[::1]:8787' }, true],
    [{ listen: '0.0.0.0:8787' }, false],
    [{ listen: ':8787' }, false],
    [{ listen: '10.0.0.1:8787' }, false],
    [{ listen: '0.0.0.0:8787', publicUrl: 'https://tocsin.example.org' }, true],
    [{ listen: 'off' }, false],
  ])('with %j are served: %s, for there is no login', (web, isServed) => {
    expect(open(web) !== undefined).toBe(isServed);
  });

  test('are of what the state holds', () => {
    const pages = open({ publicUrl: 'https://tocsin.example.org/console' });
    expect(pages?.list()).toContain('incidents/5f2c0a9be1d34c77');
    expect(pages?.page('5f2c0a9be1d34c77')).toContain('SSH brute force from 203.0.113.7');
    expect(pages?.page('5f2c0a9be1d34c77')).toContain('Many failed logins.');
    expect(JSON.parse(pages?.json('5f2c0a9be1d34c77') ?? '')).toMatchObject({
      version: 1,
      notices: [],
      description: 'Many failed logins.',
      links: [{ url: 'https://tocsin.example.org/console/incidents/5f2c0a9be1d34c77' }],
    });
    expect(pages?.page('nobody')).toBeUndefined();
    expect(pages?.hosts).toContain('tocsin.example.org');
  });
});
