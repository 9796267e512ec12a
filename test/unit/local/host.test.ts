/** The local stack answers to its own names alone: a page of a browser on this machine can have any other point here. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallCounts } from '../../../local/aws/call-counts.ts';
import { type AwsGateway, startAwsGateway } from '../../../local/aws/gateway.ts';
import { gatewayAnswer } from '../../../local/http/response.ts';
import { type HttpServer, startServer } from '../../../local/http/server.ts';

let server: HttpServer;
let gateway: AwsGateway;
let answered = 0;

beforeAll(async () => {
  server = await startServer(0, () => {});
  const api = async () => {
    answered += 1;
    return gatewayAnswer(200, 'OK');
  };
  server.open(api, api);
  gateway = await startAwsGateway(new CallCounts(), () => {});
});
afterAll(() => Promise.all([server.stop(), gateway.stop()]));

const statusAt = (url: string, path: string, headers: string[]): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path, headers, setHost: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end();
  });

const portOf = (url: string): string => new URL(url).port;

it.each(['127.0.0.1', 'localhost', 'LOCALHOST'])('%s with its port is the stack', async (name) => {
  expect(await statusAt(server.url, '/v1/health', ['Host', `${name}:${portOf(server.url)}`])).toBe(200);
});

it.each(['/v1/health', '/v1/devices', '/v1/agents', '/console/', '/__local/token', '/__local/v1/agent/poll'])(
  '%s is not given away under another name',
  async (path) => {
    const port = portOf(server.url);
    const before = answered;
    for (const host of [
      `evil.example:${port}`,
      '127.0.0.1',
      'localhost:1',
      `127.0.0.2:${port}`,
      `[::1]:${port}`,
      `127.0.0.1:${port}.evil.example`,
    ]) {
      expect(await statusAt(server.url, path, ['Host', host]), host).toBe(421);
    }
    expect(answered).toBe(before);
  },
);

it.each(['/v1/agent/poll', '/v1/enrollments'])('%s is, as a proxy before it may have another name', async (path) => {
  expect(await statusAt(server.url, path, ['Host', 'api.corp.example'])).toBe(200);
});

it('nor is the door to AWS', async () => {
  expect(await statusAt(gateway.endpoint, '/', ['Host', `evil.example:${portOf(gateway.endpoint)}`])).toBe(421);
  expect(await statusAt(gateway.endpoint, '/', ['Host', `127.0.0.1:${portOf(gateway.endpoint)}`])).toBe(403);
});
