import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WorldError } from '../shared/world-error.ts';
import { type IncidentPages, incidentPage, type Page } from './incident-pages.ts';

/** What the process says of itself. */
export interface Health {
  /** False when it cannot do its work: the orchestrator should look at it. */
  readonly isHealthy: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface StatusServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  health(): Health;
  /** The metrics in Prometheus' text format. */
  metrics(): string;
  /** Left out where incidents are not to be read here. */
  readonly incidents?: IncidentPages;
}

export interface StatusServer {
  /** `http://host:port` as it listens. */
  readonly address: string;
  close(): Promise<void>;
}

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves `/healthz` (200 or 503, JSON), `/metrics`, and where they are given the pages of incidents, to which `/` leads. Throws
 * WorldError('network') when the address is not to be had.
 */
export async function startStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const server = createServer((request, response) => answer(request, response, options));
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  const { host, port } = options;
  await listening(server, { host, port });
  const bound = server.address();
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, options: StatusServerOptions): void {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    send(response, { status: 405, body: 'only GET\n' });
  else
    send(
      response,
      page((request.url ?? '/').split('?')[0] ?? '/', { options, host: request.headers.host ?? '' }),
    );
}

function page(path: string, { options, host }: { options: StatusServerOptions; host: string }): Page {
  // Not an absolute path: a proxy may serve all of this below one of its own.
  if (path === '/' && options.incidents !== undefined)
    return { status: 302, body: '', headers: { location: 'incidents' } };
  if (path === '/incidents' || path.startsWith('/incidents/'))
    return incidentPage(path.slice('/incidents/'.length), { pages: options.incidents, host });
  if (path === '/metrics') {
    return { status: 200, body: options.metrics(), type: 'text/plain; version=0.0.4; charset=utf-8' };
  }
  if (path !== '/healthz') return { status: 404, body: 'tocsin: /healthz, /metrics and /incidents\n' };
  const health = options.health();
  const body = `${JSON.stringify({ healthy: health.isHealthy, ...health.detail })}\n`;
  return { status: health.isHealthy ? 200 : 503, body, type: 'application/json' };
}

function send(response: ServerResponse, answer: Page): void {
  response.writeHead(answer.status, {
    ...securityHeaders,
    ...answer.headers,
    'content-type': answer.type ?? 'text/plain; charset=utf-8',
  });
  response.end(answer.body);
}

function listening(server: Server, address: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const hint =
        cause.code === 'EADDRINUSE'
          ? 'another program has it: choose another in web.listen'
          : 'see web.listen in the configuration';
      reject(
        new WorldError(
          'network',
          `cannot listen on ${address.host}:${address.port} (${cause.code ?? cause.message}): ${hint}`,
          { cause },
        ),
      );
    });
    server.listen(address.port, address.host, resolve);
  });
}
