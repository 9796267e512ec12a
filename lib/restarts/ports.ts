/** What the restart use cases need from outside. */
import type { Instant } from '../clock.ts';
import type { IdempotencyRecord } from '../idempotency/model.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Counts, Joined, RestartJob, RestartTask, TallyEntry, TaskState } from './model.ts';
import type { Stop } from './stop.ts';

/** What an order knows of a device; a retired one is absent. */
export type TargetDevice = {
  id: Id;
  name: string;
  /** The groups it is in, the built-in one aside. */
  groupIds: readonly Id[];
  openTask?: { id: Id; state: TaskState };
  lastSeenAt?: Instant;
};

export type TargetDevices = {
  /** @returns those that exist and are not retired, in any order */
  findMany(ids: readonly Id[]): Promise<TargetDevice[]>;
};

export type TaskRepository = {
  find(id: Id): Promise<RestartTask | undefined>;
  /**
   * Saves the change in the task and in its device's gate.
   * @throws ConcurrentChange when the task is not as it was `before`
   */
  save(before: RestartTask, after: RestartTask): Promise<void>;
  /**
   * The same for an acknowledgement.
   * @throws ConcurrentChange as `save` does
   * @throws JobStopped where the task's job is stopped: no acknowledgement is saved after that, however late it is sent
   */
  acknowledge(before: RestartTask, after: RestartTask): Promise<void>;
  /** The task as it is now, and whether its job is stopped; read consistently, in one call. */
  recheck(task: RestartTask): Promise<{ task?: RestartTask; stop?: Stop }>;
  /** The open tasks of all jobs, newest first. */
  listOpen(request: PageRequest): Promise<Page<RestartTask>>;
  /** The open tasks of all jobs, newest first, and then those that ended at `since` or later, latest first. */
  listRecent(request: PageRequest, since: Instant): Promise<Page<RestartTask>>;
  /** A device's tasks, newest order first, ended ones too. */
  listOfDevice(deviceId: Id, request: PageRequest): Promise<Page<RestartTask>>;
  /** A job's tasks, with the ones it joined, by state. */
  listOfJob(jobId: Id, request: PageRequest & { state?: TaskState | undefined }): Promise<Page<RestartTask>>;
  /** Tasks that the passing of time changes, and jobs that are to be looked through; some may have changed by now. */
  due(now: Instant): AsyncIterable<Id>;
};

export type JobWithCounts = { job: RestartJob; counts: Counts };

export type JobRepository = {
  create(job: RestartJob, record?: IdempotencyRecord): Promise<void>;
  /** One read, whatever the job's size. */
  find(id: Id): Promise<JobWithCounts | undefined>;
  /** Newest first. */
  list(request: PageRequest): Promise<Page<JobWithCounts>>;
  /** @throws ConcurrentChange */
  save(before: RestartJob, after: RestartJob): Promise<void>;
  /**
   * Writes the job's stop marks: once this has answered, none of its tasks is handed out or acknowledged. Safe to repeat.
   * @param job canceled or aborted
   */
  stop(job: RestartJob): Promise<void>;
};

/** Where the expansion of a job puts what each device gets. Each is safe to repeat. */
export type ExpansionRepository = {
  /** Ids of those among `ids` that exist already, as a task or as a join. */
  existing(ids: readonly Id[]): Promise<Set<Id>>;
  /**
   * Creates the task and opens its device's gate for it.
   * @returns false when the device has an open task or is retired by now
   */
  addTask(task: RestartTask): Promise<boolean>;
  /** Creates a task that has ended already, for a device that is no more. */
  addEnded(task: RestartTask): Promise<void>;
  addJoined(joined: Joined): Promise<void>;
};

export type TallyRepository = {
  /**
   * Counts each entry instead of what was counted for its task before. An entry no newer than that is left out, so
   * that entries may come twice and in any order.
   */
  count(jobId: Id, entries: readonly TallyEntry[]): Promise<void>;
};

/** A task's message, as a device's inbox delivered it. */
export type Delivery = { taskId: Id; version: number; handle: string };

/** One device's queue, from the device's side. */
export type Inbox = {
  /** @returns what is there; nothing where the inbox has vanished */
  receive(deviceId: Id): Promise<Delivery[]>;
  /** Never throws: what is not removed is delivered again, and dropped then. */
  remove(deviceId: Id, handle: string): Promise<void>;
};
