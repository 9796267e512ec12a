/** How long a call to AWS takes that is never answered, as a function's own clients make it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LONGEST_CALL_MS } from '../../../lib/aws/calls.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createEventPublisher } from '../../../lib/aws/event-publisher.ts';
import { createInbox, createSqs } from '../../../lib/aws/inbox.ts';
import { createTaskStore } from '../../../lib/aws/task-repository.ts';

let server: Server;
let asked = 0;

beforeEach(async () => {
  asked = 0;
  server = createServer(() => {
    asked += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

const STEP_MS = 50;

/** @returns by which name it fails, and after how long by the clients' clock */
const outcomeOf = async (call: Promise<unknown>): Promise<{ name: string; afterMs: number }> => {
  let failure: Error | undefined;
  call.catch((error: Error) => {
    failure = error;
  });
  let afterMs = 0;
  for (let attempts = 0; !failure && afterMs < 20 * LONGEST_CALL_MS; ) {
    // Time passes while the server has the call, and not while it is on its way.
    for (let turns = 0; turns < 2_000 && asked === attempts && !failure; turns += 1) await turn();
    for (const before = asked; asked === before && !failure && afterMs < 20 * LONGEST_CALL_MS; afterMs += STEP_MS) {
      attempts = asked;
      await vi.advanceTimersByTimeAsync(STEP_MS);
      await turn();
    }
  }
  return { name: failure?.name ?? 'none', afterMs };
};

it.each([
  ['a read', () => createTaskStore(createDatabase(), { devices: 'devices', restarts: 'restarts' }).find('tsk_1')],
  ['a message', () => createInbox(createSqs(), 'https://sqs.example/1/inbox-', () => {}).receive('dev_1')],
  [
    'an event',
    () =>
      createEventPublisher('bus').publish([{ type: 'DeviceEnrolled', detail: { occurredAt: '2026-01-01T00:00:00Z' } }]),
  ],
])('%s is asked for three times and then given up, long before its function is ended', async (_, call) => {
  const { name, afterMs } = await outcomeOf(call());
  expect(name).toBe('TimeoutError');
  expect(asked).toBe(3);
  expect(afterMs).toBeLessThanOrEqual(LONGEST_CALL_MS);
});
