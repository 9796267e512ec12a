/** The jobs of some devices: takes over what the stack has made of each, and looks whether it adds up. */
import type { Client } from '../../../lib/api/client.ts';
import type { OperationAnswer } from '../../../lib/api/operation.ts';
import { getRestartJob, type getRestartTask, listJobTasks } from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import { differ, expectSame } from '../difference.ts';
import { isOpen, type RestartSpec, type SpecTask } from '../restart-spec.ts';
import { closes, mayBeRetried, type RestedJob, readingJob, tasksOf } from './job-calls.ts';
import type { Recorder } from './recorder.ts';

/** Whom a job is for: these, or those whose task of that job came to nothing. */
type Target = { readonly devices: readonly Id[] } | { readonly retryOf: Id };

type ApiTask = OperationAnswer<typeof getRestartTask>['body'];
type ApiJob = OperationAnswer<typeof getRestartJob>['body'];

type Known = { readonly target: Target; joined: readonly Id[]; rested: RestedJob | undefined; isOver: boolean };

const inOrder = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, n]) => n !== 0)
    .map(([state, n]) => `${n} ${state}`)
    .sort()
    .join();

export class RestartJobs {
  readonly #admin: Client;
  readonly #recorder: Recorder<RestartSpec>;
  readonly #known = new Map<Id, Known>();
  /** Tasks of which it is unknown what events they had. */
  readonly unseen = new Set<Id>();

  constructor(admin: Client, recorder: Recorder<RestartSpec>) {
    this.#admin = admin;
    this.#recorder = recorder;
  }

  add(id: Id, target: Target): void {
    if (!this.#known.has(id)) this.#known.set(id, { target, joined: [], rested: undefined, isOver: false });
  }

  get ids(): readonly Id[] {
    return [...this.#known.keys()];
  }

  rested(id: Id): RestedJob | undefined {
    return this.#known.get(id)?.rested;
  }

  /** @returns those of which anything may have changed */
  read(): Promise<ApiJob[]> {
    const open = [...this.#known].filter(([, { isOver }]) => !isOver);
    return Promise.all(
      open.map(async ([id]) => {
        const { answer } = await this.#recorder.call(
          `read the job ${id}`,
          (told) => [readingJob(id, told.answer?.state)],
          async () => (await this.#admin(getRestartJob, { params: { id } })).body,
        );
        return answer ?? differ(`${id} cannot be read`);
      }),
    );
  }

  /**
   * Takes over the tasks of new jobs.
   * @param before the tasks that were open when the jobs were ordered
   */
  async adopt(spec: RestartSpec, before: readonly SpecTask[]): Promise<void> {
    const fresh = [...this.#known].filter(([, { rested }]) => rested === undefined);
    const found = await Promise.all(fresh.map(async ([id, known]) => ({ id, known, tasks: await this.#tasksOf(id) })));
    for (const { id, tasks } of found) {
      for (const task of tasks) if (task.jobId === id) this.#adoptOne(spec, task, before);
    }
    for (const { id, known, tasks } of found) {
      known.joined = tasks.filter(({ jobId }) => jobId !== id).map(({ id: joined }) => joined);
      for (const joined of known.joined) if (!spec.tasks.has(joined)) differ(`${id} joined a task that nobody knows`);
      this.#checkTarget(
        spec,
        id,
        known,
        tasks.map(({ deviceId }) => deviceId),
      );
    }
  }

  async #tasksOf(id: Id): Promise<ApiTask[]> {
    return (await this.#admin(listJobTasks, { params: { id }, query: {} })).body.items;
  }

  #checkTarget(spec: RestartSpec, id: Id, { target }: Known, devices: readonly Id[]): void {
    if (new Set(devices).size < devices.length) differ(`a device has two entries in ${id}`);
    const wanted =
      'devices' in target
        ? target.devices
        : tasksOf(spec, target.retryOf)
            .filter(mayBeRetried)
            .map(({ device }) => device);
    const others = devices.filter((device) => !wanted.includes(device));
    if (others.length > 0) differ(`${id} has tasks for ${others.join()}, which it is not for`);
    // One that is canceled makes no more tasks, and what a retry finds may have grown since.
    if (spec.jobs.get(id)?.canceled) return;
    if ('devices' in target) expectSame(`the entries of ${id}`, devices.length, wanted.length);
    else if (devices.length === 0) differ(`${id} retries nothing`);
  }

  #adoptOne(spec: RestartSpec, task: ApiTask, before: readonly SpecTask[]): void {
    const job = spec.jobs.get(task.jobId) ?? differ(`${task.id} is of no job that was ordered`);
    const isRetired = spec.devices.get(task.deviceId)?.retired !== undefined;
    const orderedAt = Date.parse(task.createdAt);
    const isBornEnded = task.error?.code === 'cancellation_under_way';
    const adopted: SpecTask = {
      id: task.id,
      job: task.jobId,
      device: task.deviceId,
      state: isBornEnded || isRetired ? task.state : 'queued',
      version: isBornEnded ? 2 : 1,
      boot: undefined,
      acknowledgedAt: 0,
      notBefore: orderedAt,
      acknowledgeBy: Date.parse(task.acknowledgeBy),
      returnBy: 0,
      postponements: 0,
    };
    if (isRetired) {
      // What became of it before its device was retired is seen by nobody.
      if (isOpen(adopted)) differ(`${task.id} is ${task.state}, and its device retired`);
      this.unseen.add(task.id);
    } else if (isBornEnded) {
      if (!before.some(({ device }) => device === task.deviceId)) differ(`${task.id} failed behind no other task`);
    } else if (task.state === 'queued') {
      if (spec.openTaskOf(task.deviceId)) differ(`${task.deviceId} got a second open task`);
    } else if (task.state !== 'canceled' || !job.canceled) {
      differ(`the new task ${task.id} is ${task.state}`);
    }
    spec.tasks.set(task.id, adopted);
    if (isRetired) return;
    spec.announce(adopted);
    if (task.state === 'canceled') spec.move(adopted, 'canceled');
  }

  /** Whether what was read of each job once all had come to rest is what its tasks make it. */
  check(spec: RestartSpec, read: readonly ApiJob[]): void {
    for (const { id, state, counts } of read) {
      const known = this.#known.get(id) ?? differ(`${id} is unknown`);
      const canceled = spec.jobs.get(id)?.canceled;
      const tasks = tasksOf(spec, id);
      const left = tasks.filter((task) => canceled && spec.mayClose(task, closes(task), 'canceled'));
      if (left.length > 0) differ(`${id} is canceled, and its task ${left[0]?.id} ${left[0]?.state}`);
      const hasOpen = tasks.some(isOpen);
      const running = hasOpen ? 'running' : 'completed';
      expectSame(`the state of ${id}`, state, canceled ? 'canceled' : running);
      const expected: Record<string, number> = { joined: known.joined.length };
      for (const task of tasks) expected[task.state] = (expected[task.state] ?? 0) + 1;
      expectSame(`the counts of ${id}`, inOrder(counts), inOrder(expected));
      known.rested = { state, failures: tasks.filter(mayBeRetried).length };
      known.isOver = !hasOpen;
    }
  }
}
