import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { listenAgain } from './listen-again.ts';

/**
 * What to answer: a status with headers and body; `hang` never answers; `drop` closes the connection; `reset` resets it
 * (RST); `half` answers 200 and breaks off in the middle of its head, `half-body` in the middle of its body.
 */
export type HttpAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  | 'drop'
  | 'reset'
  | 'half'
  | 'half-body';

export interface HttpAsked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpPost extends HttpAsked {
  /** What was answered. */
  readonly answer: HttpAnswer;
}

/** Answers as an API does that takes posts of JSON, at this path alone; `judge` says what it has to say of the value. */
export const jsonApi =
  (path: string, judge: (value: unknown, asked: HttpAsked) => HttpAnswer) =>
  (asked: HttpAsked): HttpAnswer => {
    if (asked.path !== path) return { status: 404, body: 'not found' };
    if (asked.method !== 'POST') return { status: 405, body: 'method not allowed' };
    if (!/^application\/json\b/.test(asked.headers['content-type'] ?? ''))
      return { status: 415, body: 'unsupported media type' };
    let value: unknown;
    try {
      value = JSON.parse(asked.body);
    } catch {
      return { status: 400, body: 'JSON parse error' };
    }
    return judge(value, asked);
  };

function misbehave(answer: Exclude<HttpAnswer, object>, socket: Socket): void {
  if (answer === 'drop') socket.destroy();
  if (answer === 'reset') socket.resetAndDestroy();
  if (answer === 'half') socket.end('HTTP/1.1 200 OK\r\nContent-Ty');
  if (answer === 'half-body') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\no');
}

/** A receiver on the loopback address that answers as told and remembers what it was sent. */
export class HttpStandIn {
  readonly posts: HttpPost[] = [];
  #script: HttpAnswer[] = [];
  #always: HttpAnswer | null = null;
  #server: Server | null = null;
  #port = 0;
  readonly #judge: (asked: HttpAsked) => HttpAnswer;

  /** `judge` answers what the script does not; by default 200 `ok`. */
  constructor(judge: (asked: HttpAsked) => HttpAnswer = () => ({ status: 200, body: 'ok' })) {
    this.#judge = judge;
  }

  /** Starts listening; the second time on the same port. */
  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const { method = '', url: path = '', headers } = request;
        const asked = { method, path, headers, body };
        const answer = this.#script.shift() ?? this.#always ?? this.#judge(asked);
        this.posts.push({ ...asked, answer });
        if (typeof answer === 'object')
          response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
        else misbehave(answer, request.socket);
      });
    });
    await listenAgain(server, this.#port);
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The next posts are answered so, one each. */
  answer(...answers: readonly HttpAnswer[]): void {
    this.#script.push(...answers);
  }

  /** All posts are answered so, until called with null. */
  answerAlways(answer: HttpAnswer | null): void {
    this.#always = answer;
    this.#script = [];
  }

  /** Those that were answered whole with 2xx. */
  get accepted(): readonly HttpPost[] {
    return this.posts.filter(({ answer }) => typeof answer === 'object' && answer.status < 300);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
