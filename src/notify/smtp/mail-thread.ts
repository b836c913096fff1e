import { createHash } from 'node:crypto';
import { type Digest, isDigest, type Message, type Notification } from '../../shared/model/notification.ts';

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
export function mailThread(message: Message, from: string): MailThread {
  const domain = domainOf(from);
  return isDigest(message) ? digestThread(message, domain) : incidentThread(message, domain);
}

/**
 * The digests of one group are a thread: all refer to a root that no mail has, made of what the group has in common, so
 * that none of them need be the first. Other digests stand alone.
 */
function digestThread({ id, cause, group, total }: Digest, domain: string): MailThread {
  const headers = {
    'X-Tocsin-Digest': plain(id),
    'X-Tocsin-Cause': cause,
    'X-Tocsin-Count': String(total),
    ...automatic,
  };
  const messageId = `<${plain(id)}@${domain}>`;
  const values = Object.entries(group);
  if (cause !== 'grouped' || values.length === 0) return { messageId, headers };
  const root = `<group-${fingerprint(JSON.stringify(values.sort()))}@${domain}>`;
  return { messageId, inReplyTo: root, references: root, headers };
}

function incidentThread({ id, reason, incident }: Notification, domain: string): MailThread {
  const root = `<incident-${plain(incident.id)}@${domain}>`;
  const headers = {
    'X-Tocsin-Incident': plain(incident.id),
    'X-Tocsin-Version': String(incident.version),
    'X-Tocsin-Reason': reason,
    ...automatic,
  };
  if (reason === 'opened') return { messageId: root, headers };
  return { messageId: `<${plain(id)}@${domain}>`, inReplyTo: root, references: root, headers };
}

/** Names a group in a header. No secret: anybody may know what it is made of. */
const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const automatic = {
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
  Precedence: 'bulk',
} as const;

/** Ids are made of these characters; anything else has no place in a header. */
const plain = (text: string): string => text.replace(/[^\w.-]/g, '_').slice(0, 120);

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)\s*>?\s*$/.exec(from)?.[1] ?? 'tocsin.invalid';
