/** The smoke test waits as long as it may and is told to, and no longer. */
import { expect, test } from 'vitest';
import { ApiError, type Client } from '../../../lib/api/client.ts';
import { getHealth } from '../../../lib/api/system.ts';
import { patiently, until } from '../../smoke/patience.ts';

const patience = (ms: number, signal = new AbortController().signal) => ({ ms, signal });

/** Answers each call with the next of `answers`: a number is a wait that a 429 asks for. */
const client = (...answers: (number | undefined | Error)[]): { call: Client; calls: () => number } => {
  let calls = 0;
  const call = (async () => {
    const answer = answers[calls++];
    if (answer instanceof Error) throw answer;
    if (answer !== undefined) throw new ApiError(429, undefined, '{"message":"Too Many Requests"}', answer);
    return { status: 200, body: { status: 'ok', version: '1' } };
  }) as unknown as Client;
  return { call, calls: () => calls };
};

test('what is so at once is not waited for', async () => {
  expect(await until('it', patience(0), async () => 'so')).toBe('so');
});

test('what does not come about is named', async () => {
  await expect(until('the end of the world', patience(1), async () => undefined)).rejects.toThrow(
    'the end of the world: not so within 0 s',
  );
});

test('a wait that is longer than the patience is not begun', async () => {
  let asked = 0;
  const ask = async (wait: (seconds: number) => void) => {
    asked++;
    wait(3600);
    return undefined;
  };
  await expect(until('it', patience(60_000), ask)).rejects.toThrow('it: not so within 60 s');
  expect(asked).toBe(1);
});

test('an interruption ends the waiting', async () => {
  const interrupted = new AbortController();
  const waiting = until('it', patience(60_000, interrupted.signal), async () => {
    interrupted.abort();
    return undefined;
  });
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

test('a throttled call is made again after the time that the answer says', async () => {
  const { call, calls } = client(0.01, 0.01, undefined);
  expect((await patiently(call, patience(5_000))(getHealth, {})).status).toBe(200);
  expect(calls()).toBe(3);
});

test('a throttle that never opens is told as one, and other refusals at once', async () => {
  await expect(patiently(client(3600).call, patience(5_000))(getHealth, {})).rejects.toThrow(
    'getHealth being let through the throttle',
  );
  const { call, calls } = client(new ApiError(503, undefined, 'Service Unavailable'));
  await expect(patiently(call, patience(5_000))(getHealth, {})).rejects.toThrow('HTTP 503');
  expect(calls()).toBe(1);
});
