/** A task's message that ended in the dead-letter queue: delivered as often as allowed, and never acknowledged. */
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import type { TaskRepository } from './ports.ts';
import { failUndelivered } from './task.ts';

/** Fails the task, unless it has moved on since the message was sent. Safe to repeat. */
export const failUndeliveredTask = (
  { tasks, clock }: { tasks: Pick<TaskRepository, 'find' | 'save'>; clock: Clock },
  message: { taskId: Id; version: number },
): Promise<void> =>
  retryOnConcurrentChange(async () => {
    const task = await tasks.find(message.taskId);
    const failed = task && failUndelivered(task, message.version, clock());
    if (failed) await tasks.save(task, failed);
  });
