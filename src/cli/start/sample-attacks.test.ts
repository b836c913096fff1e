import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { loadRules } from '../../config/rule-files.ts';
import { sourceOfTopic } from '../../config/source-of-topic.ts';
import { compileDecoder } from '../../consume/decode-record.ts';
import { assembleEngine } from '../../engine/assemble-engine.ts';
import { sampleAttacks } from './sample-attacks.ts';

const startMs = Date.UTC(2026, 2, 1, 10);
const root = join(import.meta.dirname, '..', '..', '..');

/** Rules that fire on the show, as the default configuration reads it. */
function rulesThatFire(): Set<string> {
  const config = loadConfig({ env: {}, cwd: root });
  if (!config.ok) throw new Error(JSON.stringify(config.failure));
  const { sources } = config.value;
  const { engine } = assembleEngine({
    rules: loadRules(config.value.rules).rules.map(({ rule }) => rule),
    sources,
  });
  for (const [offset, { topic, text, timeMs }] of sampleAttacks(startMs).entries()) {
    const source = sourceOfTopic(topic, sources);
    if (source === undefined) throw new Error(`no source reads ${topic}`);
    const record = {
      topic,
      partition: 0,
      offset,
      key: null,
      value: Buffer.from(text),
      headers: [],
      timestampMs: timeMs,
    };
    const decoded = compileDecoder(source).decode(record, startMs);
    for (const event of decoded.ok ? decoded.value : []) engine.observe(event, null);
  }
  return new Set(engine.settle().changes.map(({ incident }) => incident.rule.id));
}

describe('the sample attacks', () => {
  test('each opens the incident that it is meant to', () => {
    expect([...rulesThatFire()].sort()).toEqual([
      'aws-console-login-without-mfa',
      'aws-logging-stopped',
      'dns-nxdomain-burst',
      'okta-mfa-fatigue',
      'ssh-brute-force',
      'ssh-login-as-root',
      'ssh-password-guessed',
      'sudo-root-shell',
      'web-path-traversal',
      'web-scanner',
      'windows-admin-group-changed',
      'windows-logon-failures',
    ]);
  });

  test('they come in the order of their times and are over within twenty seconds', () => {
    const times = sampleAttacks(startMs).map((record) => record.afterMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(20_000);
  });
});
