/** Restart jobs and tasks as the contract shows them. */
import type * as api from '../api/restarts.ts';
import { iso, isoMember } from '../clock.ts';
import { deviceCount } from './job.ts';
import type { RestartJob, RestartTask } from './model.ts';
import type { JobWithCounts } from './ports.ts';

export const taskView = (task: RestartTask): api.RestartTask => ({
  id: task.id,
  jobId: task.jobId,
  deviceId: task.deviceId,
  deviceName: task.deviceName,
  orderedBy: task.orderedBy,
  state: task.state,
  ...(task.message !== undefined && { message: task.message }),
  graceSeconds: task.graceSeconds,
  createdAt: iso(task.createdAt),
  acknowledgeBy: iso(task.acknowledgeBy),
  ...isoMember('notBefore', task.notBefore),
  ...isoMember('acknowledgedAt', task.acknowledgedAt),
  ...isoMember('returnBy', task.returnBy),
  ...isoMember('endedAt', task.endedAt),
  postponements: task.postponements,
  maxPostponements: task.maxPostponements,
  mayReject: task.mayReject,
  force: task.force,
  ...(task.correlationId !== undefined && { correlationId: task.correlationId }),
  ...(task.error && { error: task.error }),
});

const targetView = ({ deviceIds, groupId, exceptDeviceIds, retryOf }: RestartJob): api.RestartJob['target'] => {
  if (groupId !== undefined) return { groupId, ...(exceptDeviceIds && { exceptDeviceIds: [...exceptDeviceIds] }) };
  return retryOf === undefined ? { deviceIds: [...deviceIds] } : { retryOf };
};

export const jobView = ({ job, counts }: JobWithCounts): api.RestartJob => ({
  id: job.id,
  state: job.state,
  deviceCount: deviceCount(job),
  counts,
  target: targetView(job),
  ...(job.message !== undefined && { message: job.message }),
  graceSeconds: job.graceSeconds,
  deliverWithinMinutes: job.deliverWithinMinutes,
  returnWithinMinutes: job.returnWithinMinutes,
  ...isoMember('notBefore', job.notBefore),
  maxPostponements: job.maxPostponements,
  mayReject: job.mayReject,
  force: job.force,
  ...(job.maxPerMinute !== undefined && { maxPerMinute: job.maxPerMinute }),
  ...(job.abortAfterFailures !== undefined && { abortAfterFailures: job.abortAfterFailures }),
  createdAt: iso(job.createdAt),
  createdBy: job.createdBy,
  ...(job.correlationId !== undefined && { correlationId: job.correlationId }),
  ...isoMember('endedAt', job.endedAt),
});
