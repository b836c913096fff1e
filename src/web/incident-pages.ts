import { createHash } from 'node:crypto';
import { isIP } from 'node:net';

/** What is answered. */
export interface Page {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What there is to read about incidents: HTML that is safe as it is, and JSON. Undefined: there is no such incident. */
export interface IncidentPages {
  list(): string;
  page(id: string): string | undefined;
  json(id: string): string | undefined;
  /** The one style sheet of the HTML. */
  readonly style: string;
  /** Names under which this server may be asked for, beside `localhost` and addresses. */
  readonly hosts: readonly string[];
}

const notFound: Page = { status: 404, body: 'no such incident; all of them: /incidents\n' };

/** `/incidents`, `/incidents/ID`, `/incidents/ID.json`; `path` is what stands behind the second slash. */
export function incidentPage(
  path: string,
  { pages, host }: { readonly pages: IncidentPages | undefined; readonly host: string },
): Page {
  if (pages === undefined)
    return {
      status: 404,
      body: 'incidents are shown where web.publicUrl is set, or web.listen is this machine alone\n',
    };
  if (!isAskedFor(host, pages.hosts))
    return { status: 421, body: 'not under this name: it is neither in web.listen nor in web.publicUrl\n' };
  try {
    return pageAt(path, pages);
  } catch {
    // The state cannot be read now: whoever looks tries again, and the service goes on.
    return { status: 503, body: 'the state cannot be read now; try again\n' };
  }
}

function pageAt(path: string, pages: IncidentPages): Page {
  if (path === '') return html(pages.list(), pages.style);
  const [, id = '', isJson] = /^([\w-]{1,100})(\.json)?$/.exec(path) ?? [];
  const body = id === '' ? undefined : isJson === undefined ? pages.page(id) : pages.json(id);
  if (body === undefined) return notFound;
  return isJson === undefined ? html(body, pages.style) : { status: 200, body, type: 'application/json' };
}

/** A page of another site may have made its own name ours (DNS rebinding), to read what the browser can reach. */
function isAskedFor(host: string, hosts: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || hosts.includes(name);
}

const html = (body: string, style: string): Page => ({
  status: 200,
  body,
  type: 'text/html; charset=utf-8',
  headers: {
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hashOf(style)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  },
});

const hashOf = (style: string): string => createHash('sha256').update(style).digest('base64');
