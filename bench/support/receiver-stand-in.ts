import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A child process: a receiver that answers each post with 200, or never, as its parent says with `answer` or `hang`. It
// tells its parent the port, and ends when the parent disconnects.

let hangs = false;
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (!hangs) response.end('ok');
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', (told) => {
  hangs = told === 'hang';
  if (!hangs) server.closeAllConnections();
});
process.on('disconnect', () => process.exit(0));
