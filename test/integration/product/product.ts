/** The product from outside: the typed client as each kind of caller, and the local stack's own endpoints. */
import { randomUUID } from 'node:crypto';
import { ApiError, type Client, createClient } from '../../../lib/api/client.ts';
import { createEnrollmentToken, enroll } from '../../../lib/api/devices.ts';
import type { Problem } from '../../../lib/api/problem.ts';
import { acknowledgeTask, poll } from '../../../lib/api/restarts.ts';
import {
  advanceClock,
  type BusEvent,
  events,
  notifications,
  type Role,
  settle,
  sweep,
  token,
} from '../support/stack.ts';

export type TestDevice = {
  id: string;
  token: string;
  call: Client;
  /** Polls as a boot of its own until `boot` is changed, as a restart does. */
  poll: () => ReturnType<typeof pollAs>;
  boot: string;
};

const pollAs = (call: Client, bootId: string) =>
  call(poll, { body: { bootId, bootedAt: '2026-01-01T00:00:00Z', agentVersion: '1.0.0' } });

const asJson = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
};

/** One may be published again where the clock is moved, or its function dies, before the outbox knows of the first time. */
const withoutRepeats = (delivered: readonly BusEvent[]): BusEvent[] => {
  const seen = new Map<string, BusEvent>();
  for (const event of delivered) {
    const key = `${event['detail-type']}:${event.detail['id']}#${event.detail['version']}`;
    if (!seen.has(key)) seen.set(key, event);
  }
  return [...seen.values()];
};

export const productAt = (url: string) => {
  const admin = async (role: Role = 'admin', subject = 'ada'): Promise<Client> =>
    createClient({ baseUrl: url, token: await token([role], { subject }, url) });

  const deviceWith = (id: string, deviceToken: string, boot: string = randomUUID()): TestDevice => {
    const call = createClient({ baseUrl: url, token: deviceToken });
    const device: TestDevice = { id, token: deviceToken, call, boot, poll: () => pollAs(call, device.boot) };
    return device;
  };

  return {
    url,
    admin,
    deviceWith,
    token: (role: Role) => token([role], {}, url),
    anybody: createClient({ baseUrl: url }),
    settle: () => settle(url),
    sweep: () => sweep(url),
    advance: (minutes: number) => advanceClock(minutes, url),
    /** The bus's events, oldest first, as their consumers see them: once each. */
    events: async () => withoutRepeats(await events(url)),
    /** The bus's events, oldest first, as often as each was published. */
    deliveries: () => events(url),
    notifications: () => notifications(url),
    /** A request as any HTTP caller makes it. */
    raw: async (
      method: string,
      path: string,
      init: { token?: string; body?: string | Uint8Array; headers?: object } = {},
    ) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(init.body !== undefined && { 'content-type': 'application/json' }),
          ...(init.token !== undefined && { authorization: `Bearer ${init.token}` }),
          ...init.headers,
        },
        ...(init.body !== undefined && { body: init.body }),
      });
      return { status: response.status, headers: response.headers, body: (await asJson(response)) as Problem };
    },
    enroll: async (name = `pc-${randomUUID().slice(0, 8)}`): Promise<TestDevice> => {
      const enrollment = await (await admin())(createEnrollmentToken, { body: {} });
      const { body } = await createClient({ baseUrl: url })(enroll, {
        body: { enrollmentToken: enrollment.body.token, name, platform: 'linux', agentVersion: '1.0.0' },
      });
      return deviceWith(body.deviceId, body.deviceToken);
    },
  };
};

export type Product = ReturnType<typeof productAt>;

/** The tasks that a poll brings; none where it brings nothing. */
export const polledTasks = async (device: TestDevice) => {
  const answer = await device.poll();
  return answer.status === 200 ? answer.body.tasks : [];
};

/** Polls and acknowledges the one task that waits for the device. */
export const takeTask = async (device: TestDevice) => {
  const [task] = await polledTasks(device);
  if (!task) throw new Error('no task waits for the device');
  const { body } = await device.call(acknowledgeTask, {
    params: { id: task.id },
    body: { receipt: task.receipt, bootId: device.boot },
  });
  return { ...body, receipt: task.receipt };
};

/** @returns the problem that the call is refused with, `code` and status; fails the test where it is not refused */
export const refusal = async (call: Promise<unknown>): Promise<Partial<Problem> & { status: number }> => {
  try {
    const answer = await call;
    throw new Error(`was not refused: ${JSON.stringify(answer)}`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...error.problem, status: error.status };
  }
};
