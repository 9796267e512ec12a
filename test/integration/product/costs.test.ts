/** What each operation may cost in calls to AWS, and that a poll of nothing leaves no line in the log. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QUERIES_PER_MINUTE, SCHEDULED_FUNCTIONS } from '../../simulate/cost.ts';
import { measureCosts } from '../../support/costs.ts';
import { calls, clearCalls, type OwnStack, startOwnStack, sweep } from '../support/stack.ts';
import { productAt } from './product.ts';

let stack: OwnStack;

// Of its own: the counts are of the whole stack.
beforeAll(async () => {
  stack = await startOwnStack();
});
afterAll(() => stack.remove());

it('keeps every operation to its calls', async () => {
  const costs = await measureCosts(stack.url);
  const found = Object.fromEntries(costs.map(({ what, calls }) => [what, calls]));
  expect(found).toEqual(Object.fromEntries(costs.map(({ what, target }) => [what, target])));
  expect(costs.length).toBeGreaterThan(10);
});

it('asks no more in a minute in which there is nothing to do than an idle fleet is said to cost', async () => {
  const idle = await startOwnStack();
  await sweep(idle.url);
  await clearCalls(idle.url);
  await sweep(idle.url);
  const made = await calls(idle.url);
  await idle.remove();
  expect(new Set(made.map(({ action }) => action))).toEqual(new Set(['Query']));
  expect(new Set(made.map((call) => call.function)).size).toBe(SCHEDULED_FUNCTIONS);
  expect(made.reduce((sum, { count }) => sum + count, 0)).toBe(QUERIES_PER_MINUTE);
});

it('logs nothing for a poll of nothing', async () => {
  const log = join(stack.dataDir, 'logs', 'agent-poll.log');
  const lines = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const product = productAt(stack.url);
  const device = await product.enroll();
  await device.poll();
  await product.raw('POST', '/v1/agent/poll', { body: '{}', token: 'nonsense' });
  const before = lines();
  expect(before).toContain('unauthenticated');
  expect((await device.poll()).status).toBe(204);
  expect(lines()).toBe(before);
});
