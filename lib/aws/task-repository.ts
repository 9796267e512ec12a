/** Restart tasks in DynamoDB. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Joined, RestartTask } from '../restarts/model.ts';
import type { TaskRepository } from '../restarts/ports.ts';
import { batchGet } from './batch-get.ts';
import { readDue } from './due-index.ts';
import { type Database, transact } from './dynamodb.ts';
import { fromItem, fromItems, type Item, isType } from './items.ts';
import { jobSortPrefix, partitions, taskKey } from './keys.ts';
import { readShardedItems, readShardedList } from './sharded-list.ts';
import { type TaskTables, taskWrites } from './task-items.ts';

/** What polls and agents need; without the lists, so that their bundles stay small. */
export const createTaskStore = (db: Database, tables: TaskTables): Pick<TaskRepository, 'find' | 'save'> => ({
  find: async (id) => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.restarts, Key: taskKey(id), ConsistentRead: true }),
    );
    return isType(Item, 'RestartTask') ? fromItem<RestartTask>('RestartTask', Item) : undefined;
  },
  save: (before, after) => transact(db, taskWrites(tables, before, after)),
});

/** Puts the task that was joined in the place of the join. */
const resolveJoins = async (db: Database, table: string, items: readonly Item[]): Promise<RestartTask[]> => {
  const joins = items.filter((item) => isType(item, 'Joined'));
  const joined = await batchGet(
    db,
    table,
    fromItems<Joined>('Joined', joins).map((join) => taskKey(join.taskId)),
  );
  const tasks = new Map(fromItems<RestartTask>('RestartTask', joined).map((task) => [task.id, task]));
  return items.flatMap((item) => {
    const task = isType(item, 'Joined')
      ? tasks.get((item as unknown as Joined).taskId)
      : fromItem<RestartTask>('RestartTask', item);
    return task ?? [];
  });
};

export const createTaskRepository = (db: Database, tables: TaskTables): TaskRepository => ({
  ...createTaskStore(db, tables),
  listOpen: ({ limit, after }) =>
    readShardedList(db, 'RestartTask', {
      table: tables.restarts,
      index: 'list',
      partition: partitions.openTasks,
      order: 'descending',
      limit,
      after,
    }),
  listOfJob: async (jobId, { limit, after, state }) => {
    const page = await readShardedItems(db, {
      table: tables.restarts,
      index: 'job',
      partition: partitions.tasksOf(jobId),
      order: 'ascending',
      limit,
      after,
      prefix: state && jobSortPrefix(state),
    });
    return { ...page, items: await resolveJoins(db, tables.restarts, page.items) };
  },
  due: (now) => readDue(db, tables.restarts, now),
});
