/**
 * The product's restarts as they run, without AWS: the use cases on ports in memory, and its stream consumers, each with
 * duplicates and in whatever order streams allow. Any call may be killed at any of its port calls.
 */
import type { RestartOrder } from '../../lib/api/restarts.ts';
import { firstSeenAt } from '../../lib/devices/boots.ts';
import type { Device } from '../../lib/devices/model.ts';
import { retireDevice } from '../../lib/devices/retirement.ts';
import { sweepDevices } from '../../lib/devices/sweep.ts';
import type { DomainEvent } from '../../lib/events/model.ts';
import { eventId } from '../../lib/events/model.ts';
import type { Id } from '../../lib/ids.ts';
import { consequencesOf, type EntityChange } from '../../lib/relay.ts';
import { acknowledgeTask, changeOwnTask, reportTask } from '../../lib/restarts/agent.ts';
import { cancelRestartJob, cancelTask } from '../../lib/restarts/cancel.ts';
import { closeJob, closeTasks } from '../../lib/restarts/close.ts';
import type { InboxMessage } from '../../lib/restarts/events.ts';
import { expandJob, settleJob } from '../../lib/restarts/expand.ts';
import type { Joined, RestartJob, RestartTask } from '../../lib/restarts/model.ts';
import { orderRestart } from '../../lib/restarts/order.ts';
import { poll } from '../../lib/restarts/poll.ts';
import { recountJob } from '../../lib/restarts/recount.ts';
import { retryJob } from '../../lib/restarts/retry.ts';
import { sweepTasks } from '../../lib/restarts/sweep.ts';
import { postpone, type ReportedResult } from '../../lib/restarts/task.ts';
import { failUndeliveredTask } from '../../lib/restarts/undelivered.ts';
import { assistanceIn } from '../unit/support/assistance.ts';
import { Crash, type CrashPoint, crashingAt } from '../unit/support/crash.ts';
import { credentialsIn } from '../unit/support/credentials.ts';
import { devicesIn } from '../unit/support/devices.ts';
import { ANNA, aDevice } from '../unit/support/fixtures.ts';
import { directoryIn, remainsIn } from '../unit/support/groups.ts';
import { countingIds, id } from '../unit/support/ids.ts';
import { testInbox } from '../unit/support/inbox.ts';
import { expansionIn, jobsIn, tallyIn, targetsIn, tasksIn } from '../unit/support/restarts.ts';
import { emptyStore, type Store } from '../unit/support/store.ts';
import { settableClock, T0 } from '../unit/support/time.ts';
import type { Coverage } from './coverage.ts';
import { differ } from './difference.ts';
import { Consumer, RecordingMap, type Written } from './feed.ts';
import { type Result, resultOf } from './outcome.ts';
import { RESTARTS_PER_DAY, type SpecBoot } from './restart-spec.ts';

const change = (record: Written): EntityChange => record as unknown as EntityChange;

/** @param handled told after each record that a consumer has handled, or died of */
export const createSystem = (deviceCount: number, handled: () => void, coverage: Coverage) => {
  const clock = settableClock(T0);
  const newId = countingIds();
  const published = new Map<string, DomainEvent>();
  const consumers: Consumer[] = [];
  /** Jobs whose cancellation was answered, and those that were read as aborted. */
  const stopped = new Set<Id>();
  const watch = (before: RestartTask | undefined, after: RestartTask | undefined): void => {
    if (after?.state === undefined || after.state === before?.state) return;
    coverage.count(before?.state, after.state);
    const isStopped = stopped.has(after.jobId) || store.jobs.get(after.jobId)?.state === 'aborted';
    if (after.state === 'inProgress' && isStopped) differ('a task is acknowledged, and its job was stopped before');
  };
  const recording = (kind: string) =>
    new RecordingMap<never>((itemId, before: { state?: string } | undefined, after: { state?: string } | undefined) => {
      if (kind === 'task') watch(before as RestartTask | undefined, after as RestartTask | undefined);
      for (const consumer of consumers) consumer.add({ kind, id: itemId, before, after });
    });
  const store: Store = {
    ...emptyStore(),
    devices: recording('device'),
    tasks: recording('task'),
    jobs: recording('job'),
    joins: recording('join'),
  };
  const inbox = testInbox(clock);
  const sent: InboxMessage[] = [];

  const portsAt = (point: CrashPoint | undefined) => {
    const { wrap } = crashingAt(point);
    return {
      jobs: wrap(jobsIn(store)),
      // What is due is read as a stream, which has no one moment to die at.
      tasks: { ...wrap(tasksIn(store)), due: tasksIn(store).due },
      devices: wrap(targetsIn(store)),
      records: wrap(devicesIn(store)),
      entries: wrap(expansionIn(store)),
      tally: wrap(tallyIn(store)),
      fleet: wrap(directoryIn(store)),
      remains: remainsIn(store),
      credentials: wrap(credentialsIn(store)),
      assistance: wrap(assistanceIn(store)),
      inbox: wrap(inbox),
      clock,
      newId,
    };
  };
  type Ports = ReturnType<typeof portsAt>;

  const run = <T>(point: CrashPoint | undefined, use: (ports: Ports) => Promise<T>): Promise<Result<T>> =>
    resultOf(() => use(portsAt(point)));

  let crash: CrashPoint | undefined;

  const relay = new Consumer(handled, async (record) => {
    if (record.kind === 'join') return;
    const { messages, events } = consequencesOf(change(record));
    for (const message of messages) {
      sent.push(message);
      inbox.send(message);
    }
    if (crash) throw new Crash('between the messages and the events');
    for (const event of events) published.set(eventId(event), event);
  });

  /** As `functions/events/jobs` does it. */
  const jobs = new Consumer(handled, async ({ kind, after }) => {
    if (after === undefined || kind === 'device') return;
    const ports = portsAt(crash);
    if (kind === 'job') {
      const job = after as RestartJob;
      if (job.state === 'expanding') await expandJob(ports, job.id, () => true);
      if (job.closingDueAt !== undefined) await closeJob(ports, job.id, () => true);
      if (job.recount !== undefined) await recountJob(ports, job.id, () => true);
      return;
    }
    const entry = after as RestartTask | Joined;
    const counted = kind === 'join' ? ({ state: 'joined', version: 1 } as const) : (entry as RestartTask);
    const { state, version } = counted;
    await ports.tally.count(entry.jobId, [{ id: entry.id, jobId: entry.jobId, state, version }]);
    const job = await settleJob(ports, entry.jobId);
    if (job && kind === 'task') await closeTasks(ports, job, [entry as RestartTask]);
  });
  consumers.push(relay, jobs);

  for (let i = 0; i < deviceCount; i += 1) {
    const { bootId: _, ...device } = aDevice({ id: id('dev', `model ${i}`), name: `PC ${i}` });
    store.devices.set(device.id, device);
  }

  const deviceOf = (deviceId: Id): Device => store.devices.get(deviceId) as Device;

  /** A consumer that dies sees the record again. */
  const consume = async (point: CrashPoint | undefined, work: () => Promise<void>): Promise<void> => {
    crash = point;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    } finally {
      crash = undefined;
    }
  };

  const evidence = ({ boot: bootId, startedAt }: SpecBoot) => ({
    bootId,
    ...(startedAt !== undefined && { uptimeSeconds: (clock() - startedAt) / 1000 }),
  });

  return {
    clock,
    store,
    published,
    sent,
    inbox,
    deviceIds: [...store.devices.keys()],
    order: (order: RestartOrder, point?: CrashPoint) => run(point, (ports) => orderRestart(ports, order, ANNA)),
    retry: (job: Id, point?: CrashPoint) => run(point, (ports) => retryJob(ports, job, ANNA)),
    cancelTask: (task: Id, point?: CrashPoint) => run(point, (ports) => cancelTask(ports, task)),
    cancelJob: async (job: Id, point?: CrashPoint) => {
      const result = await run(point, (ports) => cancelRestartJob(ports, job));
      if (result.outcome === 'ok') stopped.add(job);
      return result;
    },
    sweep: (point?: CrashPoint) =>
      run(point, async (ports) => {
        await sweepDevices({ ...ports, devices: ports.records });
        await sweepTasks(ports);
      }),
    hasSeen: (device: Id, bootId: string) => firstSeenAt(deviceOf(device), bootId) !== undefined,
    poll: (device: Id, boot: SpecBoot, point?: CrashPoint) =>
      run(point, (ports) =>
        poll({ ...ports, devices: ports.records, requests: ports.assistance, random: () => 0.5 }, deviceOf(device), {
          ...evidence(boot),
          bootedAt: clock(),
          agentVersion: '1.0.0',
        }),
      ),
    acknowledge: (device: Id, task: Id, receipt: string, bootId: string, point?: CrashPoint) =>
      run(point, (ports) =>
        acknowledgeTask({ ...ports, restartsPerDay: RESTARTS_PER_DAY }, deviceOf(device), task, { receipt, bootId }),
      ),
    postpone: (device: Id, task: Id, minutes: number, point?: CrashPoint) =>
      run(point, (ports) =>
        changeOwnTask(ports, deviceOf(device), task, (before, now) => postpone(before, minutes, now)),
      ),
    report: (device: Id, task: Id, outcome: ReportedResult['outcome'], boot: SpecBoot, point?: CrashPoint) =>
      run(point, (ports) => reportTask(ports, deviceOf(device), task, { outcome, ...evidence(boot) })),
    undelivered: (message: InboxMessage, point?: CrashPoint) =>
      run(point, (ports) => failUndeliveredTask(ports, message)),
    retire: (device: Id, point?: CrashPoint) =>
      run(point, (ports) => retireDevice({ ...ports, devices: ports.records }, device, ANNA)),
    relay: (choices: readonly number[], point?: CrashPoint) => consume(point, () => relay.next(choices)),
    relayAgain: (count: number) => consume(undefined, () => relay.again(count)),
    jobs: (choices: readonly number[], point?: CrashPoint) => consume(point, () => jobs.next(choices)),
    jobsAgain: (count: number) => consume(undefined, () => jobs.again(count)),
    isQuiet: () => relay.isIdle && jobs.isIdle,
  };
};

export type System = ReturnType<typeof createSystem>;
