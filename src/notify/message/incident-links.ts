import type { Incident } from '../../shared/model/incident.ts';
import type { Link } from './attack-links.ts';
import { webLink } from './web-link.ts';

const linksMax = 20;
const addressMax = 2_000;

const toIncident = 'Open the incident';

/** Whether a link leads to the incident's own page. */
export const isToIncident = ({ label }: Link): boolean => label === toIncident;

/** How incidents are linked to where people reach their pages; null: they cannot. */
export const linkingTo = (publicUrl: string | null): { readonly linkOf?: (incidentId: string) => string } =>
  publicUrl === null ? {} : { linkOf: (id) => `${publicUrl}/incidents/${encodeURIComponent(id)}` };

/** The runbook where it is words; empty where it is an address, which is among the links. */
export function runbookText({ runbook }: Incident): string {
  const text = runbook.trim();
  return webLink(text, addressMax) === null ? text : '';
}

/** Where an incident leads: to its own page, its runbook, its rule's references; each once, and none that `attack` has. */
export function incidentLinks(
  { id, runbook, references }: Incident,
  { attack, linkOf }: { readonly attack: readonly Link[]; readonly linkOf?: (id: string) => string },
): readonly Link[] {
  const wanted = [
    ...(linkOf === undefined ? [] : [{ label: toIncident, address: linkOf(id) }]),
    { label: 'Runbook', address: runbook.trim() },
    ...references.map((reference) => ({
      label: reference.replace(/^https?:\/\//i, ''),
      address: reference,
    })),
  ];
  const shown = new Set(attack.map(({ url }) => url));
  const links: Link[] = [];
  for (const { label, address } of wanted) {
    const url = webLink(address, addressMax);
    if (url === null || shown.has(url)) continue;
    shown.add(url);
    links.push({ label, url });
  }
  return links.slice(0, linksMax);
}
