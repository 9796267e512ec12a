/** Restart tasks in DynamoDB. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RestartTask } from '../restarts/model.ts';
import type { TaskRepository } from '../restarts/ports.ts';
import { batchGet } from './batch-get.ts';
import { readDue } from './due-index.ts';
import { type Database, transact } from './dynamodb.ts';
import { fromItem, isType } from './items.ts';
import { taskKey } from './keys.ts';
import { stopIn, stopMarkKeyOf, unlessStopped } from './stop-marks.ts';
import { type TaskTables, taskWrites } from './task-items.ts';
import { createTaskLists } from './task-lists.ts';

/** What polls and agents need; without the lists, so that their bundles stay small. */
export const createTaskStore = (
  db: Database,
  tables: TaskTables,
): Pick<TaskRepository, 'find' | 'save' | 'acknowledge' | 'recheck'> => ({
  find: async (id) => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.restarts, Key: taskKey(id), ConsistentRead: true }),
    );
    return isType(Item, 'RestartTask') ? fromItem<RestartTask>('RestartTask', Item) : undefined;
  },
  save: (before, after) => transact(db, taskWrites(tables, before, after)),
  acknowledge: (before, after) =>
    transact(db, [...taskWrites(tables, before, after), unlessStopped(tables.restarts, after)]),
  recheck: async (known) => {
    const items = await batchGet(db, tables.restarts, [taskKey(known.id), stopMarkKeyOf(known)]);
    const task = fromItem<RestartTask>(
      'RestartTask',
      items.find((item) => isType(item, 'RestartTask')),
    );
    const stop = items.map(stopIn).find((found) => found !== undefined);
    return { ...(task && { task }), ...(stop && { stop }) };
  },
});

export const createTaskRepository = (db: Database, tables: TaskTables): TaskRepository => ({
  ...createTaskStore(db, tables),
  ...createTaskLists(db, tables.restarts),
  due: (now) => readDue(db, tables.restarts, now),
});
