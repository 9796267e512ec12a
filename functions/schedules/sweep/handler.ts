/**
 * Each minute: deletes unanswered requests whose four hours are over, moves restart tasks past their times, retires devices
 * of which that was only begun, has what stands still started again, and measures what waits.
 */
import { sweepRequests } from '../../../lib/assistance/sweep.ts';
import { createAssistanceRepository } from '../../../lib/aws/assistance-repository.ts';
import { createSharingRecorder } from '../../../lib/aws/credential-repository.ts';
import { createRetirer } from '../../../lib/aws/device-repository.ts';
import { createDatabase } from '../../../lib/aws/dynamodb.ts';
import { createGauges } from '../../../lib/aws/gauges.ts';
import { createJobRepository } from '../../../lib/aws/job-repository.ts';
import { createGroupRemains } from '../../../lib/aws/membership-repository.ts';
import { createTaskRepository } from '../../../lib/aws/task-repository.ts';
import { type Instant, SECOND } from '../../../lib/clock.ts';
import { sweepDevices } from '../../../lib/devices/sweep.ts';
import { readEnvironment } from '../../../lib/lambda/environment.ts';
import { log } from '../../../lib/lambda/log.ts';
import { metricsOf } from '../../../lib/lambda/metrics.ts';
import type { Measurement } from '../../../lib/metrics/model.ts';
import { sweepTasks } from '../../../lib/restarts/sweep.ts';
import { Environment } from './environment.ts';

const environment = readEnvironment(Environment);
const db = createDatabase();
const clock = Date.now;

const tables = {
  devices: environment.DEVICES_TABLE,
  assistance: environment.ASSISTANCE_TABLE,
  restarts: environment.RESTARTS_TABLE,
};
const requests = createAssistanceRepository(db, tables);
const devices = createRetirer(db, tables);
const credentials = createSharingRecorder(db, tables.devices);
const tasks = createTaskRepository(db, tables);
const jobs = createJobRepository(db, tables);
const remains = createGroupRemains(db, environment.DEVICES_TABLE);
const gauges = createGauges(db, tables);
const measure = metricsOf(environment.STAGE);

const ageOf = (since: Instant | 'none' | 'unknown'): Measurement[] => {
  if (since === 'unknown') return [];
  return [{ metric: 'OldestQueuedTaskAge', value: since === 'none' ? 0 : Math.max(0, clock() - since) / SECOND }];
};

const measureWaiting = async (): Promise<void> => {
  const [requests, since] = await Promise.all([gauges.requestsWaiting(), gauges.queuedSince()]);
  measure([{ metric: 'RequestsWaiting', value: requests }, ...ageOf(since)]);
};

export const handler = async (): Promise<void> => {
  // First, so that what is left of a device that is retired ends with it, and not by its own deadline.
  const [first] = await Promise.allSettled([
    sweepDevices({ devices, credentials, assistance: requests, remains, clock }),
  ]);
  const rest = await Promise.allSettled([
    sweepRequests({ requests, clock }),
    sweepTasks({ tasks, jobs, clock }),
    measureWaiting(),
  ]);
  const done = [first, ...rest];
  const [devicesAndGroups, requestsDeleted, tasksMoved] = done.map((result) =>
    result.status === 'fulfilled' ? result.value : undefined,
  );
  if (requestsDeleted || tasksMoved || devicesAndGroups) {
    log.info('swept', { requestsDeleted, tasksMoved, devicesAndGroups });
    measure([{ metric: 'ItemsSwept', value: (requestsDeleted ?? 0) + (tasksMoved ?? 0) + (devicesAndGroups ?? 0) }]);
  }
  const errors = done.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'the sweep failed in part; the next one tries again');
};
