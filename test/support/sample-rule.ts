import type { Rule } from '../../src/shared/model/rule.ts';

/** The sample rule for sshd, with a remediation. */
export const sampleRule = (parts: Partial<Rule> = {}): Rule => ({
  id: 'ssh-brute-force',
  title: 'SSH brute force from {{ source.ip }}',
  description: 'Many failed logins from one address.',
  severity: 'high',
  status: 'production',
  tags: ['attack.credential_access'],
  references: [],
  runbook: '',
  falsePositives: [],
  conditions: { all: [{ fact: 'event.outcome', operator: 'equal', value: 'failure' }] },
  exceptions: [],
  groupBy: ['source.ip'],
  missingGroup: 'null',
  dedupMs: 3_600_000,
  notify: [],
  remediation: [
    { action: 'deny', target: { ipv4_net: '{{ source.ip }}' }, durationMs: 3_600_000, mode: 'propose' },
  ],
  alert: true,
  hash: 'c0ffee',
  origin: { file: 'rules/ssh-brute-force.json', path: '$' },
  ...parts,
});
