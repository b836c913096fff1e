import type { Incident } from '../../shared/model/incident.ts';
import type { Notification } from '../../shared/model/notification.ts';
import { evidenceLine, type Fact, groupFacts, kickerOf, measureFacts, whyText } from '../incident-facts.ts';
import { webLink } from '../web-link.ts';

/** What a mail says, raw: cut to size, not yet escaped for text or HTML. */
export interface MailContent {
  readonly notification: Notification;
  readonly kicker: string;
  readonly title: string;
  readonly summary: string;
  readonly facts: readonly Fact[];
  readonly evidence: readonly string[];
  readonly runbook: string;
  /** Web addresses, percent-encoded; nothing else becomes a link. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly footer: readonly Fact[];
}

const groupFactsMax = 20;
const linksMax = 20;

/** Takes from a notification what a mail says about it. */
export function mailContent(
  notification: Notification,
  linkOf?: (incidentId: string) => string,
): MailContent {
  const { incident } = notification;
  const group = groupFacts(incident);
  const more =
    group.length > groupFactsMax
      ? [{ label: 'More', value: `${group.length - groupFactsMax} more values` }]
      : [];
  return {
    notification,
    kicker: kickerOf(notification),
    title: incident.title,
    summary: whyText(notification),
    facts: [...group.slice(0, groupFactsMax), ...more, ...measureFacts(incident)],
    evidence: incident.evidence.map(evidenceLine),
    runbook: incident.runbook.trim(),
    links: linksOf(incident, linkOf),
    footer: footerOf(incident),
  };
}

function linksOf(incident: Incident, linkOf?: (incidentId: string) => string): MailContent['links'] {
  const wanted = incident.references.map((reference) => ({ label: reference, address: reference }));
  if (linkOf !== undefined) wanted.unshift({ label: 'Open the incident', address: linkOf(incident.id) });
  return wanted.slice(0, linksMax).flatMap(({ label, address }) => {
    const url = webLink(address, 2000);
    return url === null ? [] : [{ label, url }];
  });
}

const footerOf = (incident: Incident): readonly Fact[] => [
  { label: 'Incident', value: `${incident.id}, version ${incident.version}` },
  { label: 'Rule', value: incident.rule.id },
  ...(incident.tags.length > 0 ? [{ label: 'Tags', value: incident.tags.join(' ') }] : []),
];
