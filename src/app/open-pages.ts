import { isIP } from 'node:net';
import type { Config } from '../config/config-model.ts';
import { pageStyle } from '../notify/page/page-parts.ts';
import { renderIncidentList, renderIncidentPage } from '../notify/page/render-incident-page.ts';
import type { Store } from '../shared/ports/store.ts';
import type { IncidentPages } from '../web/incident-pages.ts';

/** Incidents of the list: the newest. */
const listed = 200;

/**
 * The pages of incidents; undefined where nobody asked for them: they hold what the logs hold, and there is no login. So
 * they are for this machine alone, unless the configuration says where people reach them.
 */
export function openPages({ web }: Config, store: Store): IncidentPages | undefined {
  if (web === null || (web.publicUrl === null && !isLoopback(web.host))) return undefined;
  const publicHost = web.publicUrl === null ? [] : [new URL(web.publicUrl).hostname];
  return {
    list: () => renderIncidentList(store.incidents({ limit: listed })),
    page: (id) => {
      const incident = store.incident(id);
      return incident === undefined ? undefined : renderIncidentPage(incident, store.notices(incident.id));
    },
    json: (id) => {
      const incident = store.incident(id);
      if (incident === undefined) return undefined;
      return `${JSON.stringify({ ...incident, notices: store.notices(incident.id) })}\n`;
    },
    style: pageStyle,
    hosts: [web.host.toLowerCase(), ...publicHost],
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
