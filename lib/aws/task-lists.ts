/** Lists of restart tasks: the open ones, the recent ones, a job's, a device's. */
import { type Instant, iso } from '../clock.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Joined, RestartTask } from '../restarts/model.ts';
import type { TaskRepository } from '../restarts/ports.ts';
import { batchGet } from './batch-get.ts';
import { readDeviceList } from './device-list.ts';
import type { Database } from './dynamodb.ts';
import { fromItem, fromItems, type Item, isType } from './items.ts';
import { jobSortPrefix, partitions, taskKey } from './keys.ts';
import { readShardedItems, readShardedList } from './sharded-list.ts';

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

/** A position before the first of the ended tasks: it sorts behind every time. */
const BEFORE_ENDED = '~';

/** A position among the open tasks is a task's id, one among the ended tasks begins with a time. */
const isAmongEnded = (after: string | undefined): after is string => after !== undefined && !after.startsWith('tsk_');

const listOpen = (db: Database, table: string, { limit, after }: PageRequest): Promise<Page<RestartTask>> =>
  readShardedList(db, 'RestartTask', {
    table,
    index: 'list',
    partition: partitions.openTasks,
    order: 'descending',
    limit,
    after,
  });

const listEnded = (
  db: Database,
  table: string,
  { limit, after }: PageRequest,
  since: Instant,
): Promise<Page<RestartTask>> =>
  readShardedList(db, 'RestartTask', {
    table,
    index: 'list',
    partition: partitions.endedTasks,
    order: 'descending',
    from: iso(since),
    limit,
    after,
  });

const listRecent = async (
  db: Database,
  table: string,
  request: PageRequest,
  since: Instant,
): Promise<Page<RestartTask>> => {
  if (isAmongEnded(request.after)) return listEnded(db, table, request, since);
  const open = await listOpen(db, table, request);
  if (open.next !== undefined) return open;
  const limit = request.limit - open.items.length;
  if (limit === 0) return { items: open.items, next: BEFORE_ENDED };
  const ended = await listEnded(db, table, { limit }, since);
  return { ...ended, items: [...open.items, ...ended.items] };
};

type TaskLists = Pick<TaskRepository, 'listOpen' | 'listRecent' | 'listOfDevice' | 'listOfJob'>;

export const createTaskLists = (db: Database, table: string): TaskLists => ({
  listOpen: (request) => listOpen(db, table, request),
  listRecent: (request, since) => listRecent(db, table, request, since),
  listOfDevice: (deviceId, request) =>
    readDeviceList<RestartTask>(db, { table, type: 'RestartTask', keyOf: taskKey }, deviceId, request),
  listOfJob: async (jobId, { limit, after, state }) => {
    const page = await readShardedItems(db, {
      table,
      index: 'job',
      partition: partitions.tasksOf(jobId),
      order: 'ascending',
      limit,
      after,
      prefix: state && jobSortPrefix(state),
    });
    return { ...page, items: await resolveJoins(db, table, page.items) };
  },
});
