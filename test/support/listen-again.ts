import { once } from 'node:events';
import type { Server } from 'node:net';
import { reservedPort } from './reserved-port.ts';

/**
 * Listens on the loopback address: on any port (0), or on one that the server had before. Nobody is given that while it is
 * away; were it taken all the same, this waits until it is free again.
 */
export async function listenAgain(server: Server, port: number): Promise<void> {
  for (;;) {
    const asked = port === 0 ? await reservedPort() : port;
    const listens = once(server, 'listening').then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
    server.listen(asked, '127.0.0.1');
    const error = await listens;
    if (error === undefined) return;
    if (error.code !== 'EADDRINUSE') throw error;
    if (port === 0) continue;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
