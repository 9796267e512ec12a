/** Restart jobs and restart tasks, as they are kept. Times are epoch milliseconds. */
import type { JobState, RestartOrder, TaskState } from '../api/restarts.ts';
import type { Instant } from '../clock.ts';
import type { Id } from '../ids.ts';

export type { JobState, TaskState };

export type RestartTask = {
  readonly id: Id;
  readonly jobId: Id;
  readonly deviceId: Id;
  readonly deviceName: string;
  /** The admin who ordered it. */
  readonly orderedBy: string;
  /** The request by which it was ordered. */
  readonly correlationId?: string;
  readonly state: TaskState;
  /** Grows by one with each change; an event or a message about the task names it. */
  readonly version: number;
  readonly changedAt: Instant;
  readonly message?: string;
  readonly graceSeconds: number;
  readonly deliverWithinMinutes: number;
  readonly returnWithinMinutes: number;
  readonly force: boolean;
  readonly mayReject: boolean;
  readonly postponements: number;
  readonly maxPostponements: number;
  readonly createdAt: Instant;
  readonly notBefore?: Instant;
  readonly acknowledgeBy: Instant;
  readonly acknowledgedAt?: Instant;
  /** The boot that acknowledged; only another one proves the restart. */
  readonly acknowledgedBootId?: string;
  readonly returnBy?: Instant;
  /** How often its device polls while it is under way, where the order is for so many that a few seconds would be too often. */
  readonly underWayPollSeconds?: number;
  /** Which of its job's stop marks it checks; absent for the first. */
  readonly stopMark?: number;
  /** When its device restarted in the 24 hours before the acknowledgement. */
  readonly recentRestarts?: readonly Instant[];
  readonly endedAt?: Instant;
  readonly error?: { readonly code: string; readonly message: string };
};

const OPEN_STATES: readonly TaskState[] = ['scheduled', 'queued', 'inProgress', 'canceling'];

export const isOpen = (task: Pick<RestartTask, 'state'>): boolean => OPEN_STATES.includes(task.state);

/** A position in a group's devices, or in those of a job's tasks that are in this state. */
export type TargetPosition = { readonly after?: string; readonly state?: TaskState };

export type RestartJob = Omit<RestartOrder, 'deviceIds' | 'groupId' | 'exceptDeviceIds' | 'notBefore' | 'message'> & {
  readonly id: Id;
  readonly state: JobState;
  readonly version: number;
  /** The devices that were named; none where the job is for a group, or retries another one. */
  readonly deviceIds: readonly Id[];
  readonly groupId?: Id;
  /** Devices that are left out of the group. */
  readonly exceptDeviceIds?: readonly Id[];
  /** The job whose failed, timed out and expired tasks this one retries. */
  readonly retryOf?: Id;
  /** For how many devices it was thought to be when it was ordered. */
  readonly expectedDevices: number;
  /** How many devices have got their task or joined another; where the expansion of `deviceIds` goes on. */
  readonly expanded: number;
  /** Where the expansion of a group or a retry goes on; absent at its beginning and once it is done. */
  readonly position?: TargetPosition;
  readonly message?: string;
  readonly notBefore?: Instant;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** The request by which it was ordered. */
  readonly correlationId?: string;
  /** When it was canceled or aborted: from then on none of its tasks is handed out or acknowledged. */
  readonly stoppedAt?: Instant;
  /** There where it was stopped while it was being expanded, until what its last chunk made is known. */
  readonly cutShort?: true;
  readonly endedAt?: Instant;
  /** There while a stopped job may have tasks that wait all the same: when to look for them again. */
  readonly closingDueAt?: Instant;
  /** When the sweep has the worker go on with it, should the stream record that was to have it go on be lost. */
  readonly lookAgainAt?: Instant;
  /** There while its tasks are looked at again, and from which one on. */
  readonly recount?: { readonly after?: string };
};

/** A device of a job that had an open task already. It takes the place of the task that it would have got. */
export type Joined = { readonly id: Id; readonly jobId: Id; readonly deviceId: Id; readonly taskId: Id };

/** `joined` counts the devices whose open task the order joined. */
export type CountedState = TaskState | 'joined';

export type Counts = Readonly<Partial<Record<CountedState, number>>>;

/** What a tally knows of one task: its state and version, and the job it belongs to. */
export type TallyEntry = {
  readonly id: Id;
  readonly jobId: Id;
  readonly state: CountedState;
  readonly version: number;
};
