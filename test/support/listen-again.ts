import { once } from 'node:events';
import type { Server } from 'node:net';

/**
 * Listens on the loopback address: on any port (0), or on one that the server had before. That may have been given to a
 * connection of somebody else meanwhile; then it waits until it is free again.
 */
export async function listenAgain(server: Server, port: number): Promise<void> {
  for (;;) {
    const listens = once(server, 'listening').then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error,
    );
    server.listen(port, '127.0.0.1');
    const error = await listens;
    if (error === undefined) return;
    if (error.code !== 'EADDRINUSE') throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
