import { countText } from '../../shared/count-text.ts';
import type { Digest } from '../../shared/model/notification.ts';
import { type DigestLine, digestContent } from '../message/digest-content.ts';
import type { MessageOptions } from '../message/message-content.ts';
import {
  facts,
  linksMax,
  type PagerDutyEvent,
  pagerDutyLimits,
  pagerDutySeverities,
  value,
} from './render-pagerduty.ts';

/**
 * The event of a digest: one alert for all, under the digest's id, as severe as the most severe of them. A person closes
 * it, for nothing that happens later is about all of them. Pure, bounded.
 */
export function renderPagerDutyDigest(digest: Digest, options: MessageOptions = {}): PagerDutyEvent {
  const {
    headline,
    kicker,
    severity,
    summary,
    facts: about,
    rules,
    lines,
    next,
  } = digestContent(digest, options);
  const more = digest.total - lines.length;
  return {
    event_action: 'trigger',
    dedup_key: value(digest.id, pagerDutyLimits.dedupKey),
    client: 'tocsin',
    ...linksOf(lines),
    payload: {
      summary: value(`${headline} (${kicker})`, pagerDutyLimits.summary),
      source: 'tocsin',
      severity: pagerDutySeverities[severity],
      timestamp: digest.lastSeen,
      class: 'digest',
      custom_details: {
        why: value(summary, 2_000),
        ...facts(about),
        rules: rules.map(({ label, value: rule }) => value(`${label} × ${rule}`, 300)),
        incidents: lines.map(({ kicker: how, title, who, often, id }) =>
          value([`${how}: ${title}`, who, often, id].filter((part) => part !== '').join(' · '), 800),
        ),
        ...(more > 0 ? { more: `+${countText(more)} more` } : {}),
        next: next.map((command) => value(command, 200)),
      },
    },
  };
}

/** Links to the incidents that the digest names, as many as of a single one. */
function linksOf(named: readonly DigestLine[]): Pick<PagerDutyEvent, 'links'> {
  const links = named.flatMap(({ url, title }) =>
    url === null ? [] : [{ href: url, text: value(title, 100) }],
  );
  return links.length === 0 ? {} : { links: links.slice(0, linksMax) };
}
