import { describe, expect, test } from 'vitest';
import { loadSigma } from '../../src/config/sigma-files.ts';
import { compileMatcher } from '../../src/detect/match/matcher.ts';
import { runRuleTests } from '../../src/engine/run-rule-tests.ts';
import type { LogEvent } from '../../src/shared/model/log-event.ts';

// What a rule in Sigma says under `tocsin`.

const rule = (own: string, members = 'status: experimental\nlevel: low'): string => `title: Shell
id: shell
${members}
logsource: { category: process_creation, product: windows }
detection:
  selection: { Image|endswith: '\\cmd.exe' }
  condition: selection
${own}`;

const load = (text: string) =>
  loadSigma([{ file: 'x.yml', text }], { placeholders: { admins: ['root', 'adm-*'] } });

const said = (text: string): string[] =>
  load(text).faults.map(({ line, path, message, hint }) => `${line} ${path}: ${message} (${hint ?? ''})`);

const event = (fields: LogEvent['fields'], timeMs = 0): LogEvent => ({
  fields,
  timeMs,
  timeOrigin: 'record',
  source: 'windows',
  position: { topic: 't', partition: 0, offset: 0, index: 0 },
  weight: 1,
});

describe('under tocsin a rule in Sigma', () => {
  test('says what Sigma has no word for, and has the last word', () => {
    const { loaded, faults } = load(
      rule(`tocsin:
  title: Shell of {{ User }}
  severity: critical
  status: shadow
  runbook: Ask the user.
  sources: [windows]
  groupBy: [User]
  missingGroup: skip
  window: { type: new_term, field: Image, history: 30d }
  dedup: 4h
  notify: [soc]
  alert: false
  remediation: [{ action: deny, target: { ipv4_net: '{{ ip }}' } }]
`),
    );
    expect(faults).toEqual([]);
    expect(loaded[0]?.rule).toMatchObject({
      id: 'shell',
      title: 'Shell of {{ User }}',
      severity: 'critical',
      status: 'shadow',
      sources: ['windows'],
      groupBy: ['User'],
      missingGroup: 'skip',
      window: { type: 'new_term', field: 'Image' },
      dedupMs: 4 * 3_600_000,
      notify: ['soc'],
      alert: false,
      remediation: [{ action: 'deny', mode: 'propose' }],
    });
  });

  test.each([
    { status: 'experimental', becomes: 'production' },
    { status: 'test', becomes: 'production' },
    { status: 'stable', becomes: 'production' },
    { status: 'deprecated', becomes: 'draft' },
    { status: 'unsupported', becomes: 'draft' },
  ])('that is $status is in $becomes, if nothing else is said', ({ status, becomes }) => {
    const statusOf = (own: string) => load(rule(own, `status: ${status}`)).loaded[0]?.rule.status;
    expect([statusOf(''), statusOf('tocsin: { status: shadow }')]).toEqual([becomes, 'shadow']);
  });

  test('carries tests, which run as those of other rules', () => {
    const [loaded] = load(
      rule(`tocsin:
  groupBy: [User]
  tests:
    - name: fires
      events: [{ event: { Image: 'C:\\cmd.exe', User: jo } }]
      expect: { incidents: 1, group: { User: jo } }
    - name: does not
      events: [{ event: { Image: 'C:\\cmd.exe', User: jo } }]
      expect: { incidents: 2 }
`),
    ).loaded;
    const results = loaded === undefined ? [] : runRuleTests(loaded);
    expect(results.map(({ problems }) => problems.length)).toEqual([0, 1]);
  });

  test('may stand in a global document', () => {
    const { loaded } = load(
      `action: global\ntocsin: { status: shadow }\n---\n${rule('tocsin: { dedup: 5m }')}`,
    );
    expect(loaded[0]?.rule).toMatchObject({ status: 'shadow', dedupMs: 300_000 });
  });
});

describe('an exception of a rule in Sigma', () => {
  const own = `tocsin:
  exceptions:
    - detection:
        selection: { User|expand: '%admins%' }
        old: { CommandLine|contains: backup }
        condition: selection and old
      reason: The nightly backup
      author: ada
      expires: 2026-01-01
    - detection: { parent: { ParentImage|endswith: '\\setup.exe' }, condition: parent }
      reason: Installers
`;
  const shell = { Image: 'C:\\cmd.exe' };
  const isFound = (fields: LogEvent['fields'], timeMs = 0, source: object = {}): boolean => {
    const { loaded, faults } = load(rule(own));
    expect(faults).toEqual([]);
    const rules = loaded.map((each) => each.rule);
    const { matcher } = compileMatcher(rules, { sources: [{ name: 'windows', ...source }] });
    return matcher.match(event(fields, timeMs)).length > 0;
  };

  test('leaves out what it finds, in the terms of the rule itself', () => {
    expect(isFound({ ...shell, User: 'adm-7', CommandLine: 'cmd /c Backup' })).toBe(false);
    expect(isFound({ ...shell, User: 'adm-7', CommandLine: 'cmd' })).toBe(true);
    expect(isFound({ ...shell, User: 'jo', CommandLine: 'cmd /c Backup' })).toBe(true);
    expect(isFound({ ...shell, ParentImage: 'D:\\SETUP.EXE' })).toBe(false);
  });

  test('ends at its time, in the time of the events', () => {
    const backup = { ...shell, User: 'root', CommandLine: 'backup' };
    const expiresMs = Date.UTC(2026, 0, 1);
    expect([isFound(backup, expiresMs - 1), isFound(backup, expiresMs)]).toEqual([false, true]);
  });

  test('reads fields by the profile and the log source of the events, as the rule does', () => {
    const source = { profile: 'winlogbeat', logsource: { product: 'windows' } };
    const fields = (data: object): LogEvent['fields'] => ({
      winlog: { channel: 'Security', event_id: 4688, event_data: { NewProcessName: 'C:\\cmd.exe', ...data } },
    });
    expect(isFound(fields({}), 0, source)).toBe(true);
    expect(isFound(fields({ ParentProcessName: 'D:\\setup.exe' }), 0, source)).toBe(false);
  });

  test('changes what the rule means; its reason does not', () => {
    const hash = (text: string) => load(rule(text)).loaded[0]?.rule.hash;
    expect(hash(own)).toBe(hash(own.replace('Installers', 'Set-ups').replace('author: ada', 'author: bob')));
    expect(hash(own)).not.toBe(hash(own.replace('setup.exe', 'install.exe')));
    expect(hash(own)).not.toBe(hash(own.replace('2026-01-01', '2027-01-01')));
  });
});

describe('what is wrong under tocsin is said', () => {
  test.each([
    {
      own: 'tocsin: { severty: high }',
      says: '$.tocsin.severty: unknown member "severty" (did you mean "severity"?)',
    },
    {
      own: 'tocsin: { status: shadwo }',
      says: '$.tocsin.status: must be one of draft, shadow, production (did you mean "shadow"?)',
    },
    {
      own: 'tocsin: { dedup: soon }',
      says: '$.tocsin.dedup: "soon" is no duration; write a number and a unit, such as 30s, 5m, 1h, 7d ()',
    },
    { own: 'tocsin: { id: x }', says: '$.tocsin.id: has no place here: the rule itself says it ()' },
    {
      own: 'tocsin: { conditions: {} }',
      says: '$.tocsin.conditions: has no place here: the rule itself says it ()',
    },
    { own: 'tocsin: shadow', says: '$.tocsin: must be a map ()' },
    { own: 'toscin: { status: shadow }', says: '$.toscin: unknown member "toscin" (did you mean "tocsin"?)' },
    { own: 'tocsin: { exceptions: {} }', says: '$.tocsin.exceptions: must be a list ()' },
    { own: 'tocsin: { exceptions: [x] }', says: '$.tocsin.exceptions[0]: must be a map ()' },
    {
      own: 'tocsin: { exceptions: [{ reason: x }] }',
      says: '$.tocsin.exceptions[0]: "detection" is missing ()',
    },
    {
      own: 'tocsin: { exceptions: [{ reason: x, detction: {} }] }',
      says: '$.tocsin.exceptions[0]: "detection" is missing ("detction": did you mean "detection"?)',
    },
    {
      own: 'tocsin: { exceptions: [{ reason: x, conditions: {} }] }',
      says: '$.tocsin.exceptions[0].conditions: has no place in YAML (write "detection", as in the rule itself)',
    },
    {
      own: 'tocsin: { exceptions: [{ detection: { a: { b: 1 }, condition: a } }] }',
      says: '$.tocsin.exceptions[0].reason: is missing ()',
    },
    {
      own: 'tocsin: { exceptions: [{ reason: x, detection: { ours: { b: 1 }, condition: our } }] }',
      says: '$.tocsin.exceptions[0].detection.condition: there is no selection "our" (did you mean "ours"?)',
    },
  ])('$own', ({ own, says }) => {
    expect(said(rule(own))).toContain(`9 document 1 ${says}`);
  });

  test('together with what is wrong elsewhere in the rule, each at its line', () => {
    const text = rule('tocsin:\n  status: x\n  dedup: y\n', 'level: hgih');
    expect(said(text).map((line) => line.split(' (')[0]?.slice(0, 40))).toEqual([
      expect.stringMatching(/^3 document 1 \$\.level/),
      expect.stringMatching(/^9 document 1 \$\.tocsin\.status/),
      expect.stringMatching(/^10 document 1 \$\.tocsin\.dedup/),
    ]);
  });

  test('where a correlation, or the rules that it names, say it themselves', () => {
    const correlation = `title: Many
id: many
correlation: { type: event_count, rules: [shell], group-by: [User], timespan: 5m, condition: { gte: 5 } }
tocsin:
  groupBy: [User]
  exceptions: [{ reason: x, detection: { a: { b: 1 }, condition: a } }]
  status: shadow
`;
    expect(said(`${rule('')}\n---\n${correlation}`)).toEqual([
      expect.stringMatching(/\$\.tocsin\.groupBy: has no place here: the correlation says it/),
      expect.stringMatching(
        /\$\.tocsin\.exceptions: has no place here: the rules that it names have their own/,
      ),
    ]);
  });
});
