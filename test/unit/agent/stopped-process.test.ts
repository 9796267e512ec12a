/**
 * A real agent process that stands still, as it does while a laptop sleeps: SIGSTOP and SIGCONT. On Linux the monotonic clock goes
 * on meanwhile, as it does during the sleep of Windows and macOS. The server is asked again before anything restarts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TOLERANCE_MS } from '../../../agent/restart/continuity.ts';
import { agent, build, FakeServer, removeBuilt, start } from './command.ts';

const task = {
  id: 'tsk_1',
  jobId: 'job_1',
  deviceId: 'dev_1',
  deviceName: 'PC',
  state: 'queued',
  createdAt: '2026-01-01T00:00:00Z',
  acknowledgeBy: '2999-01-01T00:00:00Z',
  postponements: 0,
  maxPostponements: 0,
  mayReject: false,
  force: false,
};
const times = { acknowledgedAt: '2998-01-01T00:00:00Z', returnBy: '2998-01-01T02:00:00Z' };
const ACK = 'POST /v1/agent/tasks/tsk_1/ack';
const RESULT = 'POST /v1/agent/tasks/tsk_1/result';

beforeAll(build);
afterAll(removeBuilt);
vi.setConfig({ testTimeout: 60_000 });

/** @param stopAt the call during whose answer the process is stopped, for longer than is tolerated; then the order is cancelled */
const storyOf = async (graceSeconds: number, stopAt: 'the acknowledgement' | 'a poll of the grace') => {
  const server = await new FakeServer().listen();
  const here = ['--state-dir', server.stateDir];
  const stopped = Promise.withResolvers<void>();
  const reported = Promise.withResolvers<void>();
  let running: ReturnType<typeof start> | undefined;
  let canceled = false;
  const order = { ...task, graceSeconds };
  const stop = () => {
    if (canceled) return;
    canceled = true;
    running?.child.kill('SIGSTOP');
    stopped.resolve();
  };
  server.routes = {
    'POST /v1/enrollments': () => ({
      status: 201,
      body: {
        deviceId: 'dev_1',
        deviceToken: 'rad_T',
        device: {
          id: 'dev_1',
          name: 'PC',
          platform: 'linux',
          agentVersion: '0',
          groupIds: [],
          enrolledAt: task.createdAt,
        },
      },
    }),
    'POST /v1/agent/poll': () => {
      if (server.count(ACK) === 0) {
        return { status: 200, body: { tasks: [{ ...order, receipt: 'r' }], pollAfterSeconds: 1 } };
      }
      if (stopAt === 'a poll of the grace') stop();
      return { status: 204, headers: { 'retry-after': '3600' } };
    },
    [ACK]: () => {
      const state = canceled ? 'canceling' : 'inProgress';
      if (stopAt === 'the acknowledgement') stop();
      return { status: 200, body: { ...order, ...times, state } };
    },
    [RESULT]: ({ body }) => {
      reported.resolve();
      return { status: 200, body: { ...order, ...times, state: body['outcome'] } };
    },
  };
  try {
    await agent('enroll', '--api', server.url, '--enrollment-token', 'rae_T', ...here);
    running = start('run', '--dry-run', '--honour-grace', ...here);
    await stopped.promise;
    await delay(TOLERANCE_MS + 1_000);
    running.child.kill('SIGCONT');
    await reported.promise;
    running.child.kill('SIGTERM');
    await running.ended;
    const history = join(server.stateDir, 'history.jsonl');
    return {
      acknowledgements: server.count(ACK),
      result: server.received.find(({ route }) => route === RESULT)?.body['outcome'],
      restarted: existsSync(history) && readFileSync(history, 'utf8').includes('"restarting"'),
    };
  } finally {
    running?.child.kill('SIGKILL');
    await server.close();
  }
};

const ASKED_AGAIN = { acknowledgements: 2, result: 'canceled', restarted: false };

test.concurrent('during the grace: it asks again when it goes on', async () => {
  expect(await storyOf(3600, 'a poll of the grace')).toEqual(ASKED_AGAIN);
});

test.concurrent('before it read the server’s yes: that is too old by then', async () => {
  expect(await storyOf(0, 'the acknowledgement')).toEqual(ASKED_AGAIN);
});
