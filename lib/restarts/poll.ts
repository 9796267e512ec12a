/**
 * A poll. The device's record, read to authenticate it, says whether anything waits; only then is its inbox asked.
 * What the inbox delivers counts only where it is of the version that the record has; the rest is dropped.
 */
import type { AgentAssistanceRequest } from '../api/assistance.ts';
import type { AgentRestartTask } from '../api/restarts.ts';
import type { AssistanceRepository } from '../assistance/ports.ts';
import { isExpired, isOpen as isRequestOpen } from '../assistance/request.ts';
import { deviceRequestView } from '../assistance/view.ts';
import type { Clock, Instant } from '../clock.ts';
import { ConcurrentChange } from '../concurrency.ts';
import { firstSeenAt } from '../devices/boots.ts';
import { type Device, openAssistanceOf } from '../devices/model.ts';
import { pollAfterSeconds } from '../devices/pace.ts';
import type { DeviceRepository } from '../devices/ports.ts';
import { type Sighting, sighted } from '../devices/sighting.ts';
import type { RestartTask } from './model.ts';
import type { Delivery, Inbox, TaskRepository } from './ports.ts';
import { formatReceipt } from './receipt.ts';
import { type Boot, isUnderWay, provesRestart, succeed } from './task.ts';
import { taskView } from './view.ts';

export type PollDeps = {
  devices: Pick<DeviceRepository, 'find' | 'saveSighting'>;
  tasks: Pick<TaskRepository, 'find' | 'save' | 'recheck'>;
  requests: Pick<AssistanceRepository, 'find'>;
  inbox: Inbox;
  clock: Clock;
  /** From 0 up to 1. */
  random: () => number;
};

export type PollAnswer = {
  tasks: AgentRestartTask[];
  assistanceRequest?: AgentAssistanceRequest;
  pollAfterSeconds: number;
};

const bootOf = (device: Device, { bootId, uptimeSeconds }: Sighting): Boot => ({
  bootId,
  uptimeSeconds,
  firstSeenAt: firstSeenAt(device, bootId),
});

/** The record that was read to authenticate may be old, so the task and the device as they are now decide. */
const proveRestart = async ({ tasks, devices, clock }: PollDeps, known: RestartTask, sighting: Sighting) => {
  const [task, device] = await Promise.all([tasks.find(known.id), devices.find(known.deviceId)]);
  const now = clock();
  if (!task || !device || !isUnderWay(task) || !provesRestart(task, bootOf(device, sighting), now)) return;
  try {
    await tasks.save(task, succeed(task, now));
  } catch (error) {
    // Somebody ended it at this moment; the next poll sees how.
    if (!(error instanceof ConcurrentChange)) throw error;
  }
};

/** Whether nothing waits for this message any more: a duplicate, or one that has outlived its task. */
const isStale = async ({ tasks }: PollDeps, delivery: Delivery, task: RestartTask): Promise<boolean> => {
  if (delivery.taskId === task.id) return delivery.version <= task.version;
  if (delivery.taskId === '') return true;
  // The next task may have been queued since the record was read; only the task itself can tell.
  const other = await tasks.find(delivery.taskId);
  return other?.state !== 'queued' || other.version !== delivery.version;
};

/**
 * What is handed out is read once more, since the record may be a moment old and says nothing of the job: a task that was
 * canceled, or whose job was, is not handed out by a poll that begins after that.
 */
const handOut = async (
  { tasks, inbox }: PollDeps,
  delivery: Delivery,
  known: RestartTask,
): Promise<AgentRestartTask[]> => {
  const { task, stop } = await tasks.recheck(known);
  if (stop === undefined && task?.version === known.version) {
    return [{ ...taskView(task), receipt: formatReceipt(delivery) }];
  }
  await inbox.remove(known.deviceId, delivery.handle);
  return [];
};

/** What is newer than the record is left for the next poll. */
const deliver = async (deps: PollDeps, task: RestartTask): Promise<AgentRestartTask[]> => {
  const { inbox } = deps;
  const deliveries = await inbox.receive(task.deviceId);
  const current = deliveries.find(({ taskId, version }) => taskId === task.id && version === task.version);
  await Promise.all(
    deliveries
      .filter((delivery) => delivery !== current)
      .map(async (delivery) => {
        if (await isStale(deps, delivery, task)) await inbox.remove(task.deviceId, delivery.handle);
      }),
  );
  return current ? handOut(deps, current, task) : [];
};

const waitingTasks = async (
  deps: PollDeps,
  device: Device,
  task: RestartTask,
  sighting: Sighting,
): Promise<AgentRestartTask[]> => {
  const now = deps.clock();
  if (task.state === 'queued' && now < task.acknowledgeBy) return deliver(deps, task);
  if (!isUnderWay(task)) return [];
  if (provesRestart(task, bootOf(device, sighting), now)) await proveRestart(deps, task, sighting);
  // The agent is asked to give up a restart that it has acknowledged; a copy of the device has not.
  return task.state === 'canceling' && task.acknowledgedBootId === sighting.bootId
    ? [{ ...taskView(task), receipt: formatReceipt({ ...task, handle: '' }) }]
    : [];
};

const openRequest = async ({ requests }: PollDeps, device: Device, now: Instant) => {
  const id = openAssistanceOf(device, now);
  const request = id === undefined ? undefined : await requests.find(id);
  if (!request || !isRequestOpen(request) || isExpired(request, now)) return {};
  return { assistanceRequest: deviceRequestView(request) };
};

export const poll = async (deps: PollDeps, device: Device, sighting: Sighting): Promise<PollAnswer> => {
  const now = deps.clock();
  const after = sighted(device, sighting, now);
  if (after) await deps.devices.saveSighting(device, after);
  return {
    tasks: device.openRestart ? await waitingTasks(deps, device, device.openRestart, sighting) : [],
    ...(await openRequest(deps, device, now)),
    pollAfterSeconds: pollAfterSeconds(device, now, deps.random),
  };
};

/** Whether there is anything to tell; otherwise the answer has no body. */
export const isWaiting = (answer: PollAnswer): boolean =>
  answer.tasks.length > 0 || answer.assistanceRequest !== undefined;
