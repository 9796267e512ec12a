/**
 * What each operation may cost in calls to AWS, and a walk through a running local stack that measures it. The bench
 * prints what this finds; a test can hold the product to it.
 */
import { listAssistanceRequests, requestAssistance } from '../../lib/api/assistance.ts';
import { ApiError, createClient } from '../../lib/api/client.ts';
import { listDevices, rotateCredential } from '../../lib/api/devices.ts';
import type { Operation } from '../../lib/api/operation.ts';
import { getOverview } from '../../lib/api/overview.ts';
import { acknowledgeTask, getRestartJob, orderRestart, poll } from '../../lib/api/restarts.ts';
import { type Calls, callsOf } from './calls.ts';
import { adminToken, settle } from './control.ts';
import { type EnrolledDevice, enrollDevices, pollBody } from './enroll.ts';

export type Cost = { readonly what: string; readonly calls: Calls; readonly target: Calls };

const BOOT_ID = 'boot-of-the-bench';
const POLL = pollBody(BOOT_ID);

const refused = async (call: Promise<unknown>): Promise<void> => {
  const refusal = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof ApiError)) throw new Error('a request that should be refused was not', { cause: refusal });
};

/** A token of the right form and of a known device that no device has. */
const wrongTokenOf = ({ token }: EnrolledDevice): string =>
  token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA');

/** Measures every operation of the table on the stack at `url`, on devices that it enrols for this. */
export const measureCosts = async (url: string): Promise<Cost[]> => {
  const costs: Cost[] = [];
  const measure = async (what: string, of: Operation, target: Calls, act: () => Promise<unknown>): Promise<void> => {
    costs.push({ what, target, calls: await callsOf(url, of, act) });
  };

  const admin = createClient({ baseUrl: url, token: await adminToken(url) });
  const devices = await enrollDevices(url, admin, 6);
  const [device, ...others] = devices as [EnrolledDevice, ...EnrolledDevice[]];
  await Promise.all(devices.map(({ call }) => call(poll, POLL)));
  await settle(url);

  // Each of three lists has eight shards; one query counts all devices.
  const looking = { Query: 25, GetItem: 1 };
  await measure('overview, nothing waiting', getOverview, looking, () => admin(getOverview, {}));

  const search = { query: { nameContains: 'pc', online: 'true' } } as const;
  await measure('devices by what no index serves, of 6', listDevices, { Query: 8, BatchGetItem: 1 }, () =>
    admin(listDevices, search),
  );

  await measure('poll, nothing waiting', poll, { GetItem: 1 }, () => device.call(poll, POLL));

  const badPoll = { body: { ...POLL.body, bootId: '' } };
  const nobody = createClient({ baseUrl: url });
  const stranger = createClient({ baseUrl: url, token: wrongTokenOf(device) });
  await measure('poll without a credential', poll, {}, () => refused(nobody(poll, POLL)));
  await measure('poll with a wrong credential', poll, { GetItem: 1 }, () => refused(stranger(poll, POLL)));
  await measure('poll with bad input', poll, { GetItem: 1 }, () => refused(device.call(poll, badPoll)));
  const badOrder = { body: { deviceIds: [] } };
  await measure('order with bad input', orderRestart, {}, () => refused(admin(orderRestart, badOrder)));

  const order = (deviceIds: string[]) => admin(orderRestart, { body: { deviceIds } });
  const one = await order([device.id]);
  await settle(url);
  const waiting: { id: string; receipt: string }[] = [];
  // The batch is the task and its job's stop mark.
  const handingOut = { GetItem: 1, BatchGetItem: 1, ReceiveMessage: 1 };
  await measure('poll, a task waiting', poll, handingOut, async () => {
    const answer = await device.call(poll, POLL);
    if (answer.status === 200) waiting.push(...answer.body.tasks);
  });
  const { id = '', receipt = '' } = waiting[0] ?? {};
  const acknowledging = { GetItem: 1, TransactWriteItems: 1, DeleteMessage: 1 };
  await measure('acknowledge', acknowledgeTask, acknowledging, () =>
    device.call(acknowledgeTask, { params: { id }, body: { receipt, bootId: BOOT_ID } }),
  );

  const proving = { GetItem: 3, UpdateItem: 1, TransactWriteItems: 1 };
  await measure('poll that proves a restart', poll, proving, () =>
    device.call(poll, pollBody('boot-after-the-restart')),
  );

  const { body: rotated } = await device.call(rotateCredential, { body: {} });
  const renewed = createClient({ baseUrl: url, token: rotated.deviceToken });
  const rotation = { GetItem: 1, TransactWriteItems: 1 };
  await measure('first poll with a new credential', poll, rotation, () =>
    renewed(poll, pollBody('boot-after-the-restart')),
  );
  const old = () => refused(device.call(poll, POLL));
  await measure('poll with a replaced credential', poll, rotation, old);
  await measure('poll with a replaced credential, again', poll, { GetItem: 1 }, old);

  const help = { message: 'The printer is on fire', requester: { name: 'Ada' } };
  await measure('ask for help', requestAssistance, { GetItem: 1, TransactWriteItems: 1 }, () =>
    renewed(requestAssistance, { body: help }),
  );

  let five = '';
  // Three states of eight shards each.
  await measure('open requests for help', listAssistanceRequests, { Query: 24 }, () =>
    admin(listAssistanceRequests, { query: { state: 'open' } }),
  );
  await measure('requests for help of a device', listAssistanceRequests, { Query: 1, BatchGetItem: 1 }, () =>
    admin(listAssistanceRequests, { query: { deviceId: device.id } }),
  );

  await measure('order a restart of 5', orderRestart, { BatchGetItem: 1, TransactWriteItems: 1 }, async () => {
    five = (await order(others.map((other) => other.id))).body.id;
  });
  await settle(url);
  const counts = (job: string) => () => admin(getRestartJob, { params: { id: job } });
  await measure('counts of a job of 1', getRestartJob, { Query: 1 }, counts(one.body.id));
  await measure('counts of a job of 5', getRestartJob, { Query: 1 }, counts(five));
  // The read is of how many there are, which says how fast it may go.
  await measure('order a restart of all', orderRestart, { Query: 1, TransactWriteItems: 1 }, () =>
    admin(orderRestart, { body: { groupId: 'all' } }),
  );
  await settle(url);
  await measure('overview, all restarting', getOverview, looking, () => admin(getOverview, {}));
  return costs;
};
