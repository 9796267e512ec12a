/** What the overview counts in DynamoDB: exactly, whatever DynamoDB's pages are, and at a price that does not grow. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../lib/alerts/model.ts';
import { newRequest, withdraw } from '../../../lib/assistance/request.ts';
import { createAlertRepository } from '../../../lib/aws/alert-repository.ts';
import { createOverviewSources } from '../../../lib/aws/overview-sources.ts';
import { requestItem } from '../../../lib/aws/request-items.ts';
import { taskItem } from '../../../lib/aws/task-items.ts';
import { initialRegistry } from '../../../lib/connectors/connectors.ts';
import { derivedId } from '../../../lib/ids.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { DEVICE_ID, taskIn } from '../support/fixtures.ts';
import { DAY, HOUR, T0 } from '../support/time.ts';

const MOST = 100;

let dynamo: FakeDynamoDb;
beforeEach(() => {
  dynamo = fakeDynamoDb();
});

const sources = () => createOverviewSources(dynamo.db, dynamo.tables, initialRegistry({ default: 'rustdesk' }));
const put = (TableName: string, Item: Record<string, unknown>) => dynamo.db.send(new PutCommand({ TableName, Item }));
const queriesOf = async (act: () => Promise<unknown>): Promise<number> => {
  const before = dynamo.calls.length;
  await act();
  return dynamo.calls.length - before;
};

const requestAt = (at: number, name = 'x') =>
  newRequest(
    { deviceId: DEVICE_ID, deviceName: 'PC', message: 'help', requester: { name } },
    derivedId('req', at, `${name} ${at}`),
    at,
  );

describe('the pending requests', () => {
  it('are counted with the first of them, without those that were answered or whose four hours are over', async () => {
    expect(await sources().pendingRequests(T0, MOST)).toEqual({ count: 0 });
    const expired = requestAt(T0 - 4 * HOUR);
    const lastMoment = requestAt(T0 - 4 * HOUR + 1);
    const all = [expired, lastMoment, ...Array.from({ length: 30 }, (_, i) => requestAt(T0 - i, `${i}`))];
    for (const request of all) await put(dynamo.tables.assistance, requestItem(request));
    await put(dynamo.tables.assistance, requestItem(withdraw(requestAt(T0 - HOUR), T0)));
    for (const pageSize of [1, 3, 1000]) {
      dynamo.pageSize = pageSize;
      expect(await sources().pendingRequests(T0, MOST)).toEqual({ count: 31, oldestAt: T0 - 4 * HOUR + 1 });
    }
  });
});

describe('the open tasks', () => {
  it('are counted to the number that is asked for, however many there are', async () => {
    const add = async (from: number, to: number) => {
      for (let i = from; i < to; i += 1) {
        const task = { ...taskIn('queued'), id: derivedId('tsk', T0, `${i}`) };
        await put(dynamo.tables.restarts, taskItem(task));
      }
    };
    await add(0, 99);
    expect(await sources().openTasks(MOST)).toBe(99);
    await add(99, 100);
    expect(await sources().openTasks(MOST)).toBe(100);
    await add(100, 2000);
    expect(await sources().openTasks(MOST)).toBe(100);
    expect(await queriesOf(() => sources().openTasks(MOST))).toBe(8);
  });
});

describe('the active alerts', () => {
  const alertOf = (i: number, severity: Alert['severity'], raisedAt = T0): Alert => ({
    id: derivedId('alr', raisedAt, `${severity} ${i}`),
    version: 1,
    kind: 'connectorProblem',
    severity,
    subject: { type: 'connector', id: 'teamviewer' },
    title: 'x',
    state: 'active',
    raisedAt,
    changedAt: raisedAt,
  });
  const save = (alert: Alert) => createAlertRepository(dynamo.db, dynamo.tables.activity).save(undefined, alert);

  it('are counted by severity, without those that were taken on, resolved, or are past their time', async () => {
    for (let i = 0; i < 9; i += 1) await save(alertOf(i, 'info'));
    for (let i = 0; i < 4; i += 1) await save(alertOf(i, 'critical'));
    await save(alertOf(1, 'warning', T0 - 91 * DAY));
    const taken = alertOf(10, 'info');
    await save(taken);
    const repository = createAlertRepository(dynamo.db, dynamo.tables.activity);
    await repository.save(taken, { ...taken, version: 2, state: 'acknowledged' });
    for (const pageSize of [1000, 1, 2]) {
      dynamo.pageSize = pageSize;
      expect(await sources().activeAlerts(T0, MOST)).toEqual({ info: 9, warning: 0, critical: 4 });
    }
  });

  it('of one severity are found behind a thousand of another, at a price that does not grow with them', async () => {
    for (let i = 0; i < 1000; i += 1) await save(alertOf(i, 'info'));
    for (let i = 0; i < 3; i += 1) await save(alertOf(i, 'warning'));
    expect(await sources().activeAlerts(T0, MOST)).toMatchObject({ warning: 3, critical: 0 });
    expect((await sources().activeAlerts(T0, MOST)).info).toBeGreaterThanOrEqual(MOST);
    expect(await queriesOf(() => sources().activeAlerts(T0, MOST))).toBeLessThanOrEqual(8 + 24);
  });
});

it('asks for nothing twice where nothing waits', async () => {
  const { pendingRequests, activeAlerts, openTasks } = sources();
  expect(await queriesOf(() => Promise.all([pendingRequests(T0, MOST), activeAlerts(T0, MOST), openTasks(MOST)]))).toBe(
    24,
  );
});
