/**
 * Stop marks: from the moment that a job is canceled or aborted, none of its tasks may be handed out or acknowledged,
 * however many there are and however long it takes until each of them is canceled. The acknowledgement's own transaction
 * checks that the job has no mark, so there is no moment between the check and the write.
 *
 * DynamoDB refuses a transaction that meets another one at the same item. So a large job has many marks, and each task
 * checks one of them: it is then rare that two acknowledgements meet, and stopping the job writes a few dozen items
 * whatever its size.
 */
import { fractionOf, type Id } from '../ids.ts';
import type { RestartJob, RestartTask } from './model.ts';

/** What stops a job's tasks; an abortion leaves alone what was acknowledged before. */
export type Stop = 'canceled' | 'aborted';

/** The job of the task was canceled or aborted; nothing was written. */
export class JobStopped extends Error {
  override readonly name = 'JobStopped';
}

/** Few enough that their devices' acknowledgements seldom fall within the same milliseconds. */
const DEVICES_A_MARK = 250;

const MOST_MARKS = 64;

/** How many marks stop the job. */
export const marksOf = ({ expectedDevices }: Pick<RestartJob, 'expectedDevices'>): number =>
  Math.min(MOST_MARKS, Math.max(1, Math.ceil(expectedDevices / DEVICES_A_MARK)));

export const stopOf = ({ state }: Pick<RestartJob, 'state'>): Stop => (state === 'aborted' ? 'aborted' : 'canceled');

/** Which of the job's marks a task checks; nothing for the first, which every job has. */
export const markOf = (job: RestartJob, taskId: Id): Pick<RestartTask, 'stopMark'> => {
  const stopMark = Math.floor(fractionOf(taskId) * marksOf(job));
  return stopMark === 0 ? {} : { stopMark };
};
