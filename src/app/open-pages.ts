import { isIP } from 'node:net';
import type { Config } from '../config/config-model.ts';
import { linkingTo } from '../notify/message/incident-links.ts';
import { type IncidentReport, incidentReport } from '../notify/message/incident-report.ts';
import { pageStyle } from '../notify/page/page-parts.ts';
import { renderIncidentList, renderIncidentPage } from '../notify/page/render-incident-page.ts';
import type { Store } from '../shared/ports/store.ts';
import type { IncidentPages } from '../web/incident-pages.ts';

/** Incidents of the list: the newest. */
const listed = 200;

interface PageSources {
  readonly store: Store;
  /** What the rule that runs under that id now is about; empty where none does. */
  readonly descriptionOf: (ruleId: string) => string;
}

/**
 * The pages of incidents; undefined where nobody asked for them: they hold what the logs hold, and there is no login. So
 * they are for this machine alone, unless the configuration says where people reach them.
 */
export function openPages({ web }: Config, { store, descriptionOf }: PageSources): IncidentPages | undefined {
  if (web === null || (web.publicUrl === null && !isLoopback(web.host))) return undefined;
  const publicHost = web.publicUrl === null ? [] : [new URL(web.publicUrl).hostname];
  const reportOf = (id: string): IncidentReport | undefined => {
    const incident = store.incident(id);
    if (incident === undefined) return undefined;
    const notices = store.notices(incident.id);
    const description = descriptionOf(incident.rule.id);
    return incidentReport(incident, { notices, description, ...linkingTo(web.publicUrl) });
  };
  return {
    list: () => renderIncidentList(store.incidents({ limit: listed })),
    page: (id) => {
      const report = reportOf(id);
      return report === undefined ? undefined : renderIncidentPage(report);
    },
    json: (id) => {
      const report = reportOf(id);
      return report === undefined ? undefined : `${JSON.stringify(report)}\n`;
    },
    style: pageStyle,
    hosts: [web.host.toLowerCase(), ...publicHost],
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
