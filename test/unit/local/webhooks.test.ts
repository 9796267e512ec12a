/** API destinations as the local stack plays them: what is posted, what is tried again, and that nothing leaves. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createWebhooks } from '../../../local/events/webhooks.ts';

const ARN = 'arn:aws:events:eu-central-1:000000000000:api-destination/hook/local';

let server: Server;
let url: string;
let requests: { request: IncomingMessage; body: string }[] = [];
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push({ request, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  requests = [];
  answer = (response) => response.end();
});

const hook = (endpoint: string, webhookUrl?: string) =>
  createWebhooks(new Map([[ARN, { name: 'hook', endpoint, method: 'POST', headers: { 'X-Key': 'k' } }]]), webhookUrl);

it('posts JSON with the connection’s header to WEBHOOK_URL, whatever the stack’s own address', async () => {
  await hook('https://receiver.example/', url).post(ARN, '{"a":1}');
  expect(requests.map(({ request, body }) => [request.method, request.url, body])).toEqual([
    ['POST', '/hook', '{"a":1}'],
  ]);
  expect(requests[0]?.request.headers).toMatchObject({
    'x-key': 'k',
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Amazon/EventBridge/ApiDestinations',
  });
});

it('posts nothing beyond this machine', async () => {
  await hook('https://receiver.example/').post(ARN, '{}');
  await hook('{{resolve:secretsmanager:x}}').post(ARN, '{}');
  await hook('https://receiver.example/', 'https://other.example/').post(ARN, '{}');
  expect(requests).toEqual([]);
  await hook(url).post(ARN, '{}');
  expect(requests).toHaveLength(1);
});

it.each([
  [500, false],
  [503, false],
  [429, false],
  [409, false],
  [400, true],
  [404, true],
  [302, true],
])('%d is final: %s', async (status, isFinal) => {
  answer = (response) => response.writeHead(status, { location: 'https://away.example', 'retry-after': '7' }).end();
  await expect(hook(url).post(ARN, '{}')).rejects.toMatchObject({
    name: `HTTP_${status}`,
    isFinal,
    retryAfterMs: 7000,
  });
  expect(requests).toHaveLength(1);
});

it('tries again later where nobody answers', async () => {
  answer = (response) => response.destroy();
  await expect(hook(url).post(ARN, '{}')).rejects.toMatchObject({ name: 'NoAnswer', isFinal: false });
});
