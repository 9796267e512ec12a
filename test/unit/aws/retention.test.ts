/** What is over is there for as long as the stage says, and no read finds it afterwards though TTL has not come yet. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAlertRepository } from '../../../lib/aws/alert-repository.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { createDeviceReader } from '../../../lib/aws/device-repository.ts';
import { entityChange } from '../../../lib/aws/entity-change.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { requestItem } from '../../../lib/aws/request-items.ts';
import { taskItem } from '../../../lib/aws/task-items.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { createTimelineRepository } from '../../../lib/aws/timeline-repository.ts';
import { DAY } from '../../../lib/clock.ts';
import { activityKeptUntil } from '../../../lib/retention/model.ts';
import type { TimelineEntry } from '../../../lib/timeline/model.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, aJob, anAlert, DEVICE_ID, pendingRequest, requestIn, taskIn } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { HOUR, T0 } from '../support/time.ts';

const DAYS = { requests: 10, restarts: 20, alerts: 30, timeline: 40 };
const PAGE = { limit: 10 };

let dynamo: FakeDynamoDb;
beforeEach(() => {
  dynamo = fakeDynamoDb();
  vi.stubEnv('RETENTION_DAYS', JSON.stringify(DAYS));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const put = (TableName: string, Item: Record<string, unknown>) => dynamo.db.send(new PutCommand({ TableName, Item }));
const entry = (type: string): TimelineEntry => ({
  id: id('evt', type),
  deviceId: DEVICE_ID,
  occurredAt: new Date(T0).toISOString(),
  kind: 'Happened',
  title: 'It happened',
  data: {},
  subject: { type, id: 'x' },
});

/** How many of something are found a millisecond before its last day is over, and then. */
const around = async (days: number, find: () => Promise<number>): Promise<number[]> => {
  vi.setSystemTime(T0 + days * DAY - 1);
  const before = await find();
  vi.setSystemTime(T0 + days * DAY);
  return [before, await find()];
};

describe('what is over is found until its days are', () => {
  it('an assistance request, by its id and in the lists', async () => {
    const ended = { ...requestIn('ended'), changedAt: T0 };
    await put(dynamo.tables.assistance, requestItem(ended));
    const requests = createAssistanceRepository(dynamo.db, dynamo.tables);
    const find = async () =>
      [
        ...(await requests.list(PAGE)).items,
        ...(await requests.list({ ...PAGE, state: 'ended' })).items,
        ...[await requests.find(ended.id)].filter((one) => one !== undefined),
      ].length;
    expect(await around(DAYS.requests, find)).toEqual([3, 0]);
  });

  it('a restart task and its job', async () => {
    const task = taskIn('succeeded', { endedAt: T0 });
    const job = aJob({ state: 'completed', endedAt: T0 });
    await put(dynamo.tables.restarts, taskItem(task));
    const jobs = createJobRepository(dynamo.db, dynamo.tables);
    await jobs.create(job);
    const tasks = createTaskRepository(dynamo.db, dynamo.tables);
    const find = async () =>
      [await tasks.find(task.id), await jobs.find(job.id)].filter((one) => one !== undefined).length +
      (await tasks.listOfJob(task.jobId, PAGE)).items.length +
      (await jobs.list(PAGE)).items.length;
    expect(await around(DAYS.restarts, find)).toEqual([4, 0]);
  });

  it.each([
    ['restartTask', DAYS.alerts],
    ['assistanceRequest', DAYS.requests],
  ])('an alert about a %s, which goes with the request where it names a person: %i days', async (type, days) => {
    const alerts = createAlertRepository(dynamo.db, dynamo.tables.activity);
    const alert = anAlert({ subject: { type, id: 'x' }, raisedAt: T0 });
    await alerts.save(undefined, alert);
    const find = async () => ((await alerts.find(alert.id)) ? 1 : 0) + (await alerts.list(PAGE)).items.length;
    expect(await around(days, find)).toEqual([2, 0]);
  });

  it.each([
    ['device', DAYS.timeline],
    ['restartTask', DAYS.timeline],
    ['assistanceRequest', DAYS.requests],
    ['alert', DAYS.requests],
  ])('an entry of a timeline about a %s: %i days', async (type, days) => {
    const timeline = createTimelineRepository(dynamo.db, dynamo.tables.activity);
    await timeline.add(entry(type));
    expect(await around(days, async () => (await timeline.list(DEVICE_ID, PAGE)).items.length)).toEqual([1, 0]);
  });

  it('what became of an alert, which repeats the name in it and so goes no later than it does', async () => {
    const alerts = createAlertRepository(dynamo.db, dynamo.tables.activity);
    const timeline = createTimelineRepository(dynamo.db, dynamo.tables.activity);
    const alert = anAlert({ deviceId: DEVICE_ID, subject: { type: 'assistanceRequest', id: 'x' }, raisedAt: T0 });
    const late = T0 + 8 * DAY;
    const taken = { state: 'acknowledged', acknowledgedBy: 'Grace', acknowledgedAt: late, changedAt: late } as const;
    await alerts.save(undefined, alert);
    await alerts.save(alert, { ...alert, ...taken, version: alert.version + 1 });
    const find = async () => (await timeline.list(DEVICE_ID, PAGE)).items.length;
    expect(await around(DAYS.requests, find)).toEqual([2, 0]);
  });

  it('a retired device, with its timeline', async () => {
    await put(dynamo.tables.devices, deviceItem(aDevice({ retiredAt: T0 })));
    const devices = createDeviceReader(dynamo.db, dynamo.tables.devices);
    expect(await around(DAYS.timeline, async () => ((await devices.find(DEVICE_ID)) ? 1 : 0))).toEqual([1, 0]);
  });
});

it('a request that the sweep has still to expire is there for it, however late the sweep is', async () => {
  const request = pendingRequest();
  await put(dynamo.tables.assistance, requestItem(request));
  vi.setSystemTime(T0 + 100 * HOUR);
  expect(await createAssistanceRepository(dynamo.db, dynamo.tables).find(request.id)).toEqual(request);
});

it('what TTL deletes is still known to what follows the stream', () => {
  const item = requestItem({ ...requestIn('ended'), changedAt: T0 });
  vi.setSystemTime(T0 + 11 * DAY);
  expect(entityChange(item, undefined)?.before).toMatchObject({ state: 'ended' });
});

it('a name is nowhere longer than in its request, whatever the stage says of the rest', () => {
  const at = { at: T0, subject: { type: 'assistanceRequest' } };
  for (const kind of ['alerts', 'timeline'] as const) {
    expect(activityKeptUntil({ ...DAYS, [kind]: 5 }, kind, at)).toBe(T0 + 5 * DAY);
    expect(activityKeptUntil({ ...DAYS, [kind]: 3650 }, kind, at)).toBe(T0 + DAYS.requests * DAY);
  }
});
