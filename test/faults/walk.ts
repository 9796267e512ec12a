/** What a scenario is written in: people, devices and time, each insisting on what it wants whatever fails. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type Answer, type Client, createClient } from '../../lib/api/client.ts';
import { createEnrollmentToken, enroll } from '../../lib/api/devices.ts';
import type { Operation, OperationRequest } from '../../lib/api/operation.ts';
import { acknowledgeTask, poll } from '../../lib/api/restarts.ts';
import type { Role } from '../integration/support/stack.ts';
import type { Bench } from './bench.ts';
import { variableOf } from './committed.ts';
import { insist } from './insist.ts';

export type WalkDevice = {
  readonly id: string;
  readonly name: string;
  token: string;
  boot: string;
  /** How often it restarted, by task. */
  readonly restarts: Map<string, number>;
};

type Polled = Extract<Answer<typeof poll>, { status: 200 }>['body'];
export type PolledTask = Polled['tasks'][number];

export type Walk = ReturnType<typeof startWalk>;

/** Long enough for a lease of a second to end. */
const POLLS = 40;

/** A sweep for each call of a schedule that may fail, and two that must not. */
const MOST_SWEEPS = 16;
const MOST_DELIVERIES = 8;
const BETWEEN_POLLS_MS = 100;

export const startWalk = (bench: Bench) => {
  const { product, stack } = bench;
  const devices: WalkDevice[] = [];
  let askedAgain = 0;
  let signIns = 0;
  const functionNamed = (wanted: string): string =>
    [...stack.model.functions.values()].find(({ name }) => name === wanted)?.arn ?? assert.fail(`no ${wanted}`);
  const again = async (attempt: number): Promise<void> => {
    askedAgain += 1;
    if (attempt > 1) await product.advance(1);
  };

  /** @throws what the API refuses it with, for another reason than that it is done */
  const as = async <O extends Operation>(role: Role, op: O, request: OperationRequest<O>) =>
    insist(await product.admin(role), op, request, again);

  const clientOf = ({ token }: WalkDevice): Client => createClient({ baseUrl: product.url, token });

  const by = <O extends Operation>(device: WalkDevice, op: O, request: OperationRequest<O>) =>
    insist(clientOf(device), op, request, again);

  const must = <T>(value: T | undefined): T => value ?? assert.fail('an answer that can be given again was lost');

  const pollOnce = async (device: WalkDevice): Promise<Polled | undefined> => {
    const body = { bootId: device.boot, bootedAt: '2026-01-01T00:00:00Z', agentVersion: '1.0.0' };
    const answer = must(await by(device, poll, { body }));
    return answer.status === 200 ? answer.body : undefined;
  };

  const walk = {
    bench,
    devices,
    /** How often a request was made again. */
    askedAgain: () => askedAgain,
    /** How often an admin had to sign in at a provider again. */
    signedInAgain: () => signIns,
    noteSignIn: () => {
      signIns += 1;
    },
    /** The function never hears of what is changed while `run` runs. */
    whileLosing: async <T>(name: string, run: () => Promise<T>): Promise<T> => {
      stack.loseStreamRecords(functionNamed(name), true);
      try {
        return await run();
      } finally {
        stack.loseStreamRecords(functionNamed(name), false);
      }
    },
    /** Gives a function an event until it takes it, as its event source does. */
    deliver: async (name: string, event: object): Promise<void> => {
      for (let deliveries = 1; ; deliveries += 1) {
        const { ok } = await stack.invoke(functionNamed(name), JSON.stringify(event));
        if (ok) return;
        assert.ok(deliveries < MOST_DELIVERIES, `${name} does not take ${JSON.stringify(event)}`);
      }
    },
    as,
    by,
    /** Whoever has no credential. */
    anybody: <O extends Operation>(op: O, request: OperationRequest<O>) => insist(product.anybody, op, request, again),
    must,
    pollOnce,
    settle: () => stack.settle(30_000),
    /**
     * The next minute comes anyway, so a sweep that fails is made up for.
     * @returns how many failed
     */
    sweep: async (): Promise<number> => {
      let failed = 0;
      for (let swept = 0; swept < 2; ) {
        const failure = await product.sweep().then(
          () => undefined,
          (error: unknown) => error,
        );
        await stack.settle(30_000);
        if (failure === undefined) {
          swept += 1;
          continue;
        }
        failed += 1;
        if (failed === MOST_SWEEPS) throw failure;
        await product.advance(1);
      }
      return failed;
    },
    advance: product.advance,
    enroll: async (options: { groupId?: string; serialNumber?: string; mayReplace?: boolean } = {}) => {
      const { serialNumber, ...forToken } = options;
      const enrollment = must(await as('admin', createEnrollmentToken, { body: forToken })).body;
      const name = `pc-${randomUUID().slice(0, 8)}`;
      const body = {
        enrollmentToken: enrollment.token,
        name,
        platform: 'linux' as const,
        agentVersion: '1.0.0',
        ...(serialNumber !== undefined && { serialNumber }),
      };
      const { deviceId: id, deviceToken: token } = must(await insist(product.anybody, enroll, { body }, again)).body;
      const device: WalkDevice = { id, name, token, boot: randomUUID(), restarts: new Map() };
      devices.push(device);
      await walk.settle();
      return device;
    },
    /** Makes the leases of the device's inbox as short as can be, so that one which is lost with an answer ends soon. */
    shortenLeases: (device: WalkDevice) =>
      bench.sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: variableOf(stack, 'INBOX_URL_PREFIX') + device.id,
          Attributes: { VisibilityTimeout: '1' },
        }),
      ),
    /** Polls until a task is handed out, as an agent does. */
    receive: async (device: WalkDevice): Promise<PolledTask> => {
      for (let polls = 0; polls < POLLS; polls += 1) {
        const [task] = (await pollOnce(device))?.tasks ?? [];
        if (task) return task;
        await sleep(BETWEEN_POLLS_MS);
      }
      return assert.fail(`no task came to ${device.name}`);
    },
    /** @returns whether the server said yes; without it the device does not restart */
    acknowledge: async (device: WalkDevice, { id, receipt }: PolledTask): Promise<boolean> => {
      const body = { receipt, bootId: device.boot };
      return (await by(device, acknowledgeTask, { params: { id }, body }))?.body.state === 'inProgress';
    },
    restart: (device: WalkDevice, taskId: string) => {
      device.restarts.set(taskId, (device.restarts.get(taskId) ?? 0) + 1);
      device.boot = randomUUID();
    },
  };
  return walk;
};
