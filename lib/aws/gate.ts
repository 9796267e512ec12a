/**
 * The device's record as a gate: it has the open restart task and names the open assistance request, and every
 * transaction that changes one of these changes the record too.
 */
import type { AssistanceRequest } from '../assistance/model.ts';
import { isOpen as isRequestOpen } from '../assistance/request.ts';
import type { Spending } from '../devices/allowance.ts';
import type { Id } from '../ids.ts';
import { restartsAfter } from '../restarts/budget.ts';
import { isOpen, type RestartTask } from '../restarts/model.ts';
import { restartedWithFleetAt } from '../restarts/task.ts';
import type { Write } from './dynamodb.ts';
import { deviceKey } from './keys.ts';
import { spendingOf } from './spending.ts';
import { IN_SERVICE } from './versioned.ts';

type Expressions = { update: string; condition: string; values: Record<string, unknown> };

const updateDevice = (table: string, id: Id, { update, condition, values }: Expressions): Write => ({
  Update: {
    TableName: table,
    Key: deviceKey(id),
    UpdateExpression: `${update} ADD version :one`,
    ConditionExpression: condition,
    ExpressionAttributeValues: { ':one': 1, ...values },
  },
});

/** Lets a new task in. Its condition fails where the device has an open one or is retired. */
export const openGate = (table: string, task: RestartTask): Write =>
  updateDevice(table, task.deviceId, {
    update: 'SET openRestart = :task',
    condition: `${IN_SERVICE} AND attribute_not_exists(openRestart)`,
    values: { ':task': task },
  });

/** Keeps the gate as the task is, and closes it when the task has ended. */
export const followTask = (table: string, task: RestartTask): Write => {
  const ours = 'openRestart.id = :id';
  if (isOpen(task)) {
    const values = { ':task': task, ':id': task.id };
    return updateDevice(table, task.deviceId, { update: 'SET openRestart = :task', condition: ours, values });
  }
  const restarts = restartsAfter(task);
  const withFleetAt = restartedWithFleetAt(task);
  const set = [
    ...(task.state === 'timedOut' ? ['missingSinceTask = :id'] : []),
    ...(restarts ? ['recentRestarts = :restarts'] : []),
    ...(withFleetAt !== undefined ? ['restartedWithFleetAt = :withFleetAt'] : []),
  ];
  return updateDevice(table, task.deviceId, {
    update: `${set.length > 0 ? `SET ${set.join(', ')} ` : ''}REMOVE openRestart`,
    condition: ours,
    values: {
      ':id': task.id,
      ...(restarts && { ':restarts': restarts }),
      ...(withFleetAt !== undefined && { ':withFleetAt': withFleetAt }),
    },
  });
};

/** Its condition fails where the device has an open request or is retired, or has spent something meanwhile. */
export const openForRequest = (table: string, request: AssistanceRequest, spending?: Spending): Write => {
  const spent = spending && spendingOf('requestsSpent', spending);
  return updateDevice(table, request.deviceId, {
    update: `SET openAssistance = :open${spent ? `, ${spent.set}` : ''}`,
    condition: `${IN_SERVICE} AND (attribute_not_exists(openAssistance) OR openAssistance.expiresAt <= :now)${spent ? ` AND ${spent.condition}` : ''}`,
    values: {
      ':open': { requestId: request.id, state: request.state, expiresAt: request.expiresAt },
      ':now': request.createdAt,
      ...spent?.values,
    },
  });
};

export const followRequest = (table: string, request: AssistanceRequest): Write =>
  updateDevice(table, request.deviceId, {
    ...(isRequestOpen(request)
      ? {
          update: 'SET openAssistance = :open',
          values: { ':open': { requestId: request.id, state: request.state }, ':id': request.id },
        }
      : { update: 'REMOVE openAssistance', values: { ':id': request.id } }),
    condition: 'openAssistance.requestId = :id',
  });
