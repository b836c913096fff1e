import type { IncidentChange } from '../shared/model/incident-change.ts';
import type { NotifyReason } from '../shared/model/notification.ts';

/** Why nobody is told. A closed set: metric label. */
export type SilenceReason =
  | 'nothing-new'
  | 'shadow'
  | 'resolved-not-asked'
  | 'never-told'
  | 'no-receiver'
  | 'unknown-receiver';

export type WhyNotify =
  | { readonly tell: true; readonly reason: NotifyReason }
  | { readonly tell: false; readonly reason: SilenceReason };

const tell = (reason: NotifyReason): WhyNotify => ({ tell: true, reason });
const silent = (reason: SilenceReason): WhyNotify => ({ tell: false, reason });

/**
 * Decides whether a channel hears of a change, and names the reason. Pure: every case is here.
 *
 * Those who were told of an opening are told when it turns out to be wrong (`revised`) or part of another (`merged`):
 * that they were told follows from the routes, for an incident keeps its rule and its group. The first
 * version of an incident was told to nobody yet: one that opened and became quiet within one batch is still news,
 * one that was merged or revised away within it is not.
 */
export function whyNotify(change: IncidentChange, sendsResolved: boolean): WhyNotify {
  const { kind, incident } = change;
  if (incident.shadow) return silent('shadow');
  const isFirst = incident.version === 1;
  switch (kind) {
    case 'opened':
    case 'reopened':
      return tell(kind);
    case 'updated':
      return isFirst ? tell('opened') : silent('nothing-new');
    case 'resolved':
      if (isFirst) return tell('opened');
      return sendsResolved ? tell('resolved') : silent('resolved-not-asked');
    case 'merged':
    case 'revised':
      return isFirst ? silent('never-told') : tell(kind);
    case 'acknowledged':
    case 'unacknowledged':
    case 'assigned':
    case 'noted':
    case 'severity-changed':
      return silent('nothing-new');
  }
}
