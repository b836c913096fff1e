import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux and Windows give away by themselves. */
const first = 10_000;
const count = 20_000;
/** Each process begins far from the others: those that run at one time have process ids close to each other. */
let next = (process.pid * 7_919) % count;

/**
 * A port that is free and stays so until it is used, seconds later: no connection is given it by the system meanwhile, and
 * no other process of the tests takes it, as it would take one of those that a server gets who asks for any.
 */
export async function reservedPort(): Promise<number> {
  for (let tried = 0; tried < count; tried += 1) {
    const port = first + next;
    next = (next + 1) % count;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  const isOurs = await listens;
  if (isOurs) await new Promise((resolve) => server.close(resolve));
  return isOurs;
}
