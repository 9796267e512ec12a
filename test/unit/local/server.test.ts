import { expect, it } from 'vitest';
import type { HttpApi } from '../../../local/http/api.ts';
import { gatewayAnswer } from '../../../local/http/response.ts';
import { startServer } from '../../../local/http/server.ts';

it('answers what is under way when it stops, and lets go of what takes too long', async () => {
  const waiting: (() => void)[] = [];
  const arrived = Promise.withResolvers<undefined>();
  const api: HttpApi = async () => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 2) arrived.resolve(undefined);
    });
    return gatewayAnswer(200, 'OK');
  };
  const server = await startServer(0, () => {});
  server.open(api, api);
  const answers = Promise.allSettled([fetch(server.url), fetch(server.url)]);
  await arrived.promise;
  const stopped = server.stop(500);
  waiting[0]?.();
  await expect(fetch(server.url)).rejects.toThrow();
  await stopped;
  expect((await answers).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
