/** Sends requests as they are, with headers that `fetch` would refuse or merge. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { FuzzRequest } from './requests.ts';

export type FuzzAnswer = { status: number; headers: Record<string, string | undefined>; body: string };

const single = (headers: IncomingHttpHeaders): FuzzAnswer['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

export const createSender = (url: string) => {
  const { hostname, port, host } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    send: ({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> =>
      new Promise((resolve, reject) => {
        const has = (name: string) => headers.some(([key]) => key === name);
        const flat = [
          ...(has('host') ? [] : ['host', host]),
          ...(body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))]),
          ...headers.flat(),
        ];
        const call = request({ hostname, port, path, method, agent, headers: flat }, async (response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk as Buffer);
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: single(response.headers), body: text });
        });
        call.once('error', reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
};
