/** What waits, as the sweep measures it: exact, and at a price that no fleet's size and no large order raises. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { newRequest, withdraw } from '../../../lib/assistance/request.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createExpansionRepository } from '../../../lib/aws/expansion-repository.ts';
import { createGauges } from '../../../lib/aws/gauges.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { derivedId } from '../../../lib/ids.ts';
import type { RestartTask } from '../../../lib/restarts/model.ts';
import { acknowledge, newTask } from '../../../lib/restarts/task.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, aJob } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { DAY, MINUTE, T0 } from '../support/time.ts';

let dynamo: FakeDynamoDb;
beforeEach(() => {
  dynamo = fakeDynamoDb();
});

const gauges = () => createGauges(dynamo.db, dynamo.tables);
let devices = 0;
const newDevice = async (): Promise<string> => {
  const device = aDevice({ id: id('dev', `pc ${devices++}`) });
  await dynamo.db.send(new PutCommand({ TableName: dynamo.tables.devices, Item: deviceItem(device) }));
  return device.id;
};

describe('the requests that wait', () => {
  const ask = async (name: string) => {
    const call = { deviceId: await newDevice(), deviceName: name, message: 'help', requester: { name: 'Rita' } };
    const request = newRequest(call, id('req', name), T0);
    await createAssistanceRepository(dynamo.db, dynamo.tables).create(request);
    return request;
  };

  it('are counted, over all shards and pages, and without those that were answered', async () => {
    expect(await gauges().requestsWaiting()).toBe(0);
    const asked = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(`request ${i}`)));
    const [first] = asked;
    if (first) await createAssistanceRepository(dynamo.db, dynamo.tables).save(first, withdraw(first, T0 + 1));
    dynamo.pageSize = 2;
    expect(await gauges().requestsWaiting()).toBe(39);
  });
});

describe('the task that has waited longest', () => {
  /** As an expansion makes them: the order's time is in their ids. */
  const order = async (at: number, count: number, options: Partial<Parameters<typeof aJob>[0]> = {}) => {
    const job = aJob({ id: derivedId('job', at, `order ${at}`), createdAt: at, ...options });
    const tasks: RestartTask[] = [];
    for (let i = 0; i < count; i += 1) {
      const device = { id: await newDevice(), name: 'PC' };
      const task = newTask(job, device, derivedId('tsk', at, `${job.id} ${i}`), at);
      await createExpansionRepository(dynamo.db, dynamo.tables, () => at).addTask(task);
      tasks.push(task);
    }
    return tasks;
  };
  const acknowledgeAll = async (tasks: readonly RestartTask[]) => {
    const repository = createTaskRepository(dynamo.db, dynamo.tables);
    for (const task of tasks) await repository.save(task, acknowledge(task, 'boot-0001', task.createdAt + 1));
  };

  it('is none where no task waits for its device', async () => {
    expect(await gauges().queuedSince()).toBe('none');
    await order(T0, 3, { notBefore: T0 + DAY });
    expect(await gauges().queuedSince()).toBe('none');
  });

  it('is of the oldest order that has one, behind those whose tasks are scheduled or under way', async () => {
    await order(T0 - DAY, 30, { notBefore: T0 + DAY });
    await acknowledgeAll(await order(T0 - 3 * MINUTE, 10));
    await order(T0 - 2 * MINUTE, 10);
    await order(T0 - MINUTE, 10);
    expect(await gauges().queuedSince()).toBe(T0 - 2 * MINUTE);
  });

  it('costs no more behind a large order, and says that it does not know rather than going on for ever', async () => {
    for (let i = 20; i > 0; i -= 1) await order(T0 - i * MINUTE, 3, { notBefore: T0 + DAY });
    await order(T0, 1);
    dynamo.calls.length = 0;
    expect(await gauges().queuedSince()).toBe('unknown');
    expect(dynamo.calls.length).toBe(10 * 2 * 8);
  });
});
