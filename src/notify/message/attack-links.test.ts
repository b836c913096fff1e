import { describe, expect, test } from 'vitest';
import { attackLinks } from './attack-links.ts';

describe('the ATT&CK pages that tags name', () => {
  test.each([
    ['attack.t1110', 'T1110', 'https://attack.mitre.org/techniques/T1110/'],
    ['attack.T1110.001', 'T1110.001', 'https://attack.mitre.org/techniques/T1110/001/'],
    ['attack.credential_access', 'Credential Access', 'https://attack.mitre.org/tactics/TA0006/'],
    ['attack.defense-impairment', 'Defense Impairment', 'https://attack.mitre.org/tactics/TA0112/'],
    ['attack.s0139', 'S0139', 'https://attack.mitre.org/software/S0139/'],
    ['attack.G0016', 'G0016', 'https://attack.mitre.org/groups/G0016/'],
    ['attack.command-and-control', 'Command and Control', 'https://attack.mitre.org/tactics/TA0011/'],
  ])('%s is %s', (tag, label, url) => {
    expect(attackLinks([tag])).toEqual([{ label, url }]);
  });

  test('are the techniques first, each once', () => {
    const labels = attackLinks(['attack.impact', 'attack.t1486', 'attack.T1486', 'cve.2021.44228']);
    expect(labels.map(({ label }) => label)).toEqual(['T1486', 'Impact']);
  });

  test.each(['attack.t11', 'attack.t1110.1', 'attack.__proto__', 'attack.constructor', 't1110'])(
    '%s is none',
    (tag) => {
      expect(attackLinks([tag])).toEqual([]);
    },
  );
});
