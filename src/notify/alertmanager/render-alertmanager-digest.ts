import { isoTime } from '../../shared/iso-time.ts';
import { isoToMs } from '../../shared/iso-to-ms.ts';
import type { Digest } from '../../shared/model/notification.ts';
import { type DigestLine, digestContent } from '../message/digest-content.ts';
import {
  type AlertmanagerAlert,
  type AlertmanagerOptions,
  labelName,
  labelText,
  line,
} from './render-alertmanager.ts';

const labelsMax = 20;

/**
 * The alert of a digest, which comes to an Alertmanager only where it is somebody's fallback: one for all, told apart by
 * the digest's id. Nothing ends it but its time. Pure.
 */
export function renderAlertmanagerDigest(digest: Digest, options: AlertmanagerOptions): AlertmanagerAlert {
  const { nowMs, expiresAfterMs, labels: own = {} } = options;
  const { headline, kicker, severity, summary, lines, rules, next } = digestContent(digest, options);
  const group = Object.entries(digest.group)
    .slice(0, labelsMax)
    .map(([name, value]) => [labelName(name), labelText(value)] as const)
    .filter(([, value]) => value !== '');
  const fixed = { alertname: 'tocsin-digest', digest: labelText(digest.id), severity, source: 'tocsin' };
  return {
    labels: { ...Object.fromEntries(group), ...own, ...fixed },
    annotations: {
      summary: line(`${headline} (${kicker})`, 1_024),
      description: line(summary, 2_000),
      rules: rules.map(({ label, value }) => line(`${label} × ${value}`, 300)).join('\n'),
      incidents: lines.map(incidentLine).join('\n'),
      next: next.join('\n'),
      count: String(digest.total),
    },
    startsAt: isoTime(Math.min(isoToMs(digest.firstSeen), nowMs)),
    endsAt: isoTime(nowMs + expiresAfterMs),
  };
}

/** The address is ours: it stays one. */
const incidentLine = ({ kicker, title, id, url }: DigestLine): string =>
  `${line(`${kicker}: ${title} (${id})`, 400)}${url === null ? '' : ` ${url}`}`;
