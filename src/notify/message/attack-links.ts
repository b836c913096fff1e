/** Words and address of something to read. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/**
 * ATT&CK's enterprise tactics as tags write them, with the ids that their pages have (attack.mitre.org/tactics/enterprise).
 * Version 19 made two of Defense Evasion: Stealth, which has its id now, and Defense Impairment.
 */
const tactics: Readonly<Record<string, readonly [id: string, name: string]>> = {
  reconnaissance: ['TA0043', 'Reconnaissance'],
  resource_development: ['TA0042', 'Resource Development'],
  initial_access: ['TA0001', 'Initial Access'],
  execution: ['TA0002', 'Execution'],
  persistence: ['TA0003', 'Persistence'],
  privilege_escalation: ['TA0004', 'Privilege Escalation'],
  defense_evasion: ['TA0005', 'Defense Evasion'],
  stealth: ['TA0005', 'Stealth'],
  defense_impairment: ['TA0112', 'Defense Impairment'],
  credential_access: ['TA0006', 'Credential Access'],
  discovery: ['TA0007', 'Discovery'],
  lateral_movement: ['TA0008', 'Lateral Movement'],
  collection: ['TA0009', 'Collection'],
  exfiltration: ['TA0010', 'Exfiltration'],
  command_and_control: ['TA0011', 'Command and Control'],
  impact: ['TA0040', 'Impact'],
};

/**
 * The pages of MITRE ATT&CK that a rule's tags name: `attack.t1110`, `attack.t1110.001`, `attack.credential_access`
 * (also with dashes), `attack.s0139` (software), `attack.g0016` (a group). Techniques first, for they say most. Other tags
 * give nothing.
 */
export function attackLinks(tags: readonly string[]): readonly Link[] {
  const techniques = new Map<string, Link>();
  const found = new Map<string, Link>();
  for (const tag of tags) {
    const written = /^attack\.(.+)$/i.exec(tag)?.[1]?.toLowerCase().replaceAll('-', '_') ?? '';
    const technique = /^(t\d{4})(?:\.(\d{3}))?$/.exec(written);
    const actor = /^[sg]\d{4}$/.test(written);
    if (technique !== null) addTechnique(techniques, technique);
    else if (actor) addActor(found, written.toUpperCase());
    else if (Object.hasOwn(tactics, written)) addTactic(found, tactics[written]);
  }
  return [...techniques.values(), ...found.values()];
}

function addTechnique(links: Map<string, Link>, [, main = '', sub]: readonly (string | undefined)[]): void {
  const id = main.toUpperCase();
  const label = sub === undefined ? id : `${id}.${sub}`;
  const path = sub === undefined ? id : `${id}/${sub}`;
  links.set(label, { label, url: `https://attack.mitre.org/techniques/${path}/` });
}

function addActor(links: Map<string, Link>, id: string): void {
  const kind = id.startsWith('S') ? 'software' : 'groups';
  links.set(id, { label: id, url: `https://attack.mitre.org/${kind}/${id}/` });
}

function addTactic(links: Map<string, Link>, tactic: readonly [id: string, name: string] | undefined): void {
  if (tactic === undefined) return;
  const [id, name] = tactic;
  links.set(id, { label: name, url: `https://attack.mitre.org/tactics/${id}/` });
}
