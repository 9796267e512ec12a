/**
 * What the stack is compared with, in a process of its own: an HTTP server that reads the request and answers as an empty
 * poll is answered.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
  request.resume().on('end', () => {
    response.writeHead(204, { 'cache-control': 'no-store', 'retry-after': '60', 'x-request-id': randomUUID() }).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
