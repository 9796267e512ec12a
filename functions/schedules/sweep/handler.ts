/** Each minute: deletes unanswered requests whose four hours are over, and moves restart tasks past their times. */
import { sweepRequests } from '../../../lib/assistance/sweep.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import { sweepTasks } from '../../../lib/restarts/sweep.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const requests = createAssistanceRepository(db, {
  devices: environment.DEVICES_TABLE,
  assistance: environment.ASSISTANCE_TABLE,
});
const tables = { devices: environment.DEVICES_TABLE, restarts: environment.RESTARTS_TABLE };
const tasks = createTaskRepository(db, tables);
const jobs = createJobRepository(db, tables);

export const handler = async (): Promise<void> => {
  const done = await Promise.allSettled([sweepRequests({ requests, clock }), sweepTasks({ tasks, jobs, clock })]);
  const [requestsDeleted, tasksMoved] = done.map((result) =>
    result.status === 'fulfilled' ? result.value : undefined,
  );
  if (requestsDeleted || tasksMoved) log.info('swept', { requestsDeleted, tasksMoved });
  const errors = done.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'the sweep failed in part; the next one tries again');
};
