/** Restart tasks and joins as items, and the writes that save a task. */
import { type Instant, iso } from '../clock.ts';
import type { Consequences } from '../consequences.ts';
import { inboxMessages, taskEvents } from '../restarts/events.ts';
import type { Joined, RestartTask } from '../restarts/model.ts';
import { dueAt } from '../restarts/task.ts';
import { dueAttributes } from './due-index.ts';
import type { Write } from './dynamodb.ts';
import { followTask } from './gate.ts';
import { type IndexAttributes, type Item, toItem } from './items.ts';
import { jobSort, partitions, shardKeyOf, taskKey, timeSort } from './keys.ts';
import { followedBy } from './outbox-items.ts';
import { keptTtl } from './retention.ts';
import { create, replace } from './versioned.ts';

const jobAttributes = (entry: { id: string; jobId: string }, state: string): IndexAttributes => ({
  jobShard: shardKeyOf(partitions.tasksOf(entry.jobId), entry.id),
  jobSort: jobSort(state, entry.id),
});

export const taskItem = (task: RestartTask): Item =>
  toItem('RestartTask', taskKey(task.id), task, {
    ...jobAttributes(task, task.state),
    ...dueAttributes(task.id, dueAt(task)),
    ...(task.endedAt === undefined
      ? { listShard: shardKeyOf(partitions.openTasks, task.id), listSort: task.id }
      : {
          listShard: shardKeyOf(partitions.endedTasks, task.id),
          listSort: timeSort(iso(task.endedAt), task.id),
          ttl: keptTtl('restarts', task.endedAt),
        }),
    ofDevice: task.deviceId,
  });

/** Under the key of the task that the device would have got, so that it has the one or the other. */
export const joinedItem = (joined: Joined, now: Instant): Item =>
  toItem(
    'Joined',
    taskKey(joined.id),
    { ...joined, version: 1 },
    { ...jobAttributes(joined, 'joined'), ttl: keptTtl('restarts', now) },
  );

export type TaskTables = { devices: string; restarts: string };

const taskFollows = (before: RestartTask | undefined, after: RestartTask): Consequences =>
  followedBy({ events: taskEvents(before, after), messages: inboxMessages(before, after) }, after);

export const taskWrite = (table: string, before: RestartTask, after: RestartTask): Write => ({
  ...replace(table, taskItem(after), before.version),
  follows: taskFollows(before, after),
});

export const newTaskWrite = (table: string, task: RestartTask): Write => ({
  ...create(table, taskItem(task)),
  follows: taskFollows(undefined, task),
});

export const taskWrites = (tables: TaskTables, before: RestartTask, after: RestartTask): Write[] => [
  taskWrite(tables.restarts, before, after),
  followTask(tables.devices, after),
];
