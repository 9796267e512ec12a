/** A receiver of webhooks on loopback: what was posted to it, and refusals in the order in which they are to be given. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Receiver = {
  /** For `WEBHOOK_URL`. */
  url: string;
  /** The bodies that it took. */
  posts: string[];
  /** The statuses of the next answers; after them it takes what comes. */
  refusals: number[];
  stop(): Promise<void>;
};

export const startReceiver = async (): Promise<Receiver> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status = receiver.refusals.shift() ?? 200;
    if (status === 200) receiver.posts.push(Buffer.concat(chunks).toString());
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    posts: [],
    refusals: [],
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return receiver;
};
