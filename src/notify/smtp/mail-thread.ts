import type { Notification } from '../../shared/model/notification.ts';

/** What makes the mails of one incident a thread in every mail client, and a repeat recognisable as one. */
export interface MailThread {
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The first mail of an incident has the incident's own Message-ID; all later ones refer to it. The same notification
 * always has the same Message-ID, so that mail stores drop a repeat. Auto-Submitted and its kin (RFC 3834) keep
 * holiday notices from answering.
 */
export function mailThread({ id, reason, incident }: Notification, from: string): MailThread {
  const domain = domainOf(from);
  const root = `<incident-${plain(incident.id)}@${domain}>`;
  const headers = {
    'X-Tocsin-Incident': plain(incident.id),
    'X-Tocsin-Version': String(incident.version),
    'X-Tocsin-Reason': reason,
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    Precedence: 'bulk',
  };
  if (reason === 'opened') return { messageId: root, headers };
  return { messageId: `<${plain(id)}@${domain}>`, inReplyTo: root, references: root, headers };
}

/** Ids are made of these characters; anything else has no place in a header. */
const plain = (text: string): string => text.replace(/[^\w.-]/g, '_').slice(0, 120);

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)\s*>?\s*$/.exec(from)?.[1] ?? 'tocsin.invalid';
