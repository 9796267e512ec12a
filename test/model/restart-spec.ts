/**
 * What a restart task may do, written a second time and as plainly as possible: a table of who may move it from which
 * state to which. The product is driven beside it and must do the same.
 */
import type { TaskState } from '../../lib/api/restarts.ts';
import type { Id } from '../../lib/ids.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const RESTARTS_PER_DAY = 3;

export type SpecJob = {
  orderedAt: number;
  deliverMs: number;
  returnMs: number;
  maxPostponements: number;
  mayReject: boolean;
  canceled: boolean;
  /** Once nothing of it may be handed out or acknowledged any more; a moment later than `canceled` at most. */
  stop: 'canceled' | 'aborted' | undefined;
  abortAfterFailures: number | undefined;
};

export type SpecTask = {
  readonly id: Id;
  readonly job: Id;
  readonly device: Id;
  state: TaskState;
  version: number;
  /** The boot that acknowledged, and when. */
  boot: string | undefined;
  acknowledgedAt: number;
  notBefore: number;
  acknowledgeBy: number;
  returnBy: number;
  postponements: number;
};

/** `begun`: its credential is dead, and what it has open has not ended yet. */
export type Retired = 'begun' | 'ended' | undefined;

/** A boot of a machine. When it started is what its uptime says; an older agent does not say. */
export type SpecBoot = { readonly boot: string; readonly startedAt?: number | undefined };

export type SpecDevice = {
  readonly id: Id;
  restarts: number[];
  retired: Retired;
  /** The boots it was seen with lately, and when each first was. */
  seen: { readonly boot: string; readonly at: number }[];
};

/** As many boots as are remembered. */
const REMEMBERED = 8;

/** Who may come after whom; what is there already changes its state only. */
export const TASK_TRANSITIONS: readonly string[] = Object.entries({
  none: ['scheduled', 'queued', 'removed', 'failed'],
  scheduled: ['queued', 'canceled', 'removed'],
  queued: ['inProgress', 'expired', 'failed', 'canceled', 'removed'],
  inProgress: ['scheduled', 'succeeded', 'failed', 'rejected', 'timedOut', 'canceling', 'removed'],
  canceling: ['canceled', 'succeeded', 'failed', 'rejected', 'timedOut', 'removed'],
}).flatMap(([before, afters]) => afters.map((after) => `${before} → ${after}`));

/** `ok`, or the code of the problem. */
export type Outcome = string;

const OPEN: readonly TaskState[] = ['scheduled', 'queued', 'inProgress', 'canceling'];
const UNDER_WAY: readonly TaskState[] = ['inProgress', 'canceling'];

export const isOpen = (task: SpecTask): boolean => OPEN.includes(task.state);

/** What is published when a task comes to be as it is. */
export const eventOf = (state: TaskState): string | undefined => {
  if (state === 'queued') return 'RestartTaskQueued';
  if (state === 'inProgress') return 'RestartTaskAcknowledged';
  return OPEN.includes(state) ? undefined : 'RestartTaskEnded';
};

export class RestartSpec {
  now: number;
  readonly devices = new Map<Id, SpecDevice>();
  readonly tasks = new Map<Id, SpecTask>();
  readonly jobs = new Map<Id, SpecJob>();
  /** Every event that must be published, by its id. */
  readonly events = new Set<string>();

  constructor(now: number) {
    this.now = now;
  }

  copy(): RestartSpec {
    const copy = new RestartSpec(this.now);
    for (const [id, device] of this.devices)
      copy.devices.set(id, { ...device, restarts: [...device.restarts], seen: [...device.seen] });
    for (const [id, task] of this.tasks) copy.tasks.set(id, { ...task });
    for (const [id, job] of this.jobs) copy.jobs.set(id, { ...job });
    for (const event of this.events) copy.events.add(event);
    return copy;
  }

  openTaskOf(device: Id): SpecTask | undefined {
    return [...this.tasks.values()].find((task) => task.device === device && isOpen(task));
  }

  jobOf(task: SpecTask): SpecJob {
    const job = this.jobs.get(task.job);
    if (!job) throw new Error(`the task ${task.id} is of no job that was ordered`);
    return job;
  }

  /** The one place where a task changes its state. */
  move(task: SpecTask, state: TaskState): void {
    task.state = state;
    task.version += 1;
    this.announce(task);
    const device = this.devices.get(task.device);
    if (device && (state === 'succeeded' || state === 'timedOut')) device.restarts.push(this.now);
  }

  announce(task: SpecTask): void {
    const type = eventOf(task.state);
    if (type !== undefined) this.events.add(`${type}:${task.id}#${task.version}`);
  }

  /** @param version that the receipt names */
  acknowledge(task: SpecTask, version: number, boot: string): Outcome {
    const { stop } = this.jobOf(task);
    if (task.state === 'inProgress' && task.boot === boot) return stop === 'canceled' ? 'invalid_state' : 'ok';
    if (task.state === 'expired') return 'expired';
    if (task.state === 'queued' && this.now >= task.acknowledgeBy) return 'expired';
    if (task.state !== 'queued' || task.version !== version) return 'invalid_state';
    const recent = this.devices.get(task.device)?.restarts.filter((at) => this.now - at < DAY) ?? [];
    if (recent.length >= RESTARTS_PER_DAY) {
      this.move(task, 'failed');
      return 'invalid_state';
    }
    if (stop !== undefined) return 'invalid_state';
    task.boot = boot;
    task.acknowledgedAt = this.now;
    task.returnBy = this.now + this.jobOf(task).returnMs;
    this.move(task, 'inProgress');
    return 'ok';
  }

  postpone(task: SpecTask, minutes: number): Outcome {
    const job = this.jobOf(task);
    if (task.state !== 'inProgress' || task.postponements >= job.maxPostponements) return 'invalid_state';
    task.postponements += 1;
    task.boot = undefined;
    task.notBefore = this.now + minutes * MINUTE;
    task.acknowledgeBy = task.notBefore + job.deliverMs;
    this.move(task, 'scheduled');
    return 'ok';
  }

  /** Only a boot that began after the acknowledgement: another one, not seen before, and by its uptime young enough. */
  proves(task: SpecTask, { boot, startedAt = this.now }: SpecBoot): boolean {
    const seen = this.devices.get(task.device)?.seen.find((one) => one.boot === boot);
    const wasThere = seen !== undefined && seen.at < task.acknowledgedAt;
    return task.boot !== boot && !wasThere && startedAt >= task.acknowledgedAt - MINUTE;
  }

  report(task: SpecTask, outcome: 'succeeded' | 'failed' | 'rejected' | 'canceled', boot: SpecBoot): Outcome {
    if (outcome === 'succeeded' && task.boot === boot.boot) return 'restart_not_proved';
    if (task.state === outcome) return 'ok';
    if (!UNDER_WAY.includes(task.state)) return 'invalid_state';
    if (outcome === 'succeeded' && !this.proves(task, boot)) return 'restart_not_proved';
    if (outcome === 'canceled' && task.state !== 'canceling') return 'invalid_state';
    if (outcome === 'rejected' && !this.jobOf(task).mayReject) return 'invalid_state';
    this.move(task, outcome);
    return 'ok';
  }

  /** It is on record from when on a device was seen with a boot. */
  note(device: SpecDevice, boot: string): void {
    if (!device.seen.some((one) => one.boot === boot)) {
      device.seen = [...device.seen, { boot, at: this.now }].slice(-REMEMBERED);
    }
  }

  /** A poll from a boot that proves the restart is the end of it. */
  seen(device: Id, boot: SpecBoot): void {
    const task = this.openTaskOf(device);
    if (task && UNDER_WAY.includes(task.state) && this.proves(task, boot)) this.move(task, 'succeeded');
  }

  cancel(task: SpecTask): Outcome {
    if (task.state === 'scheduled' || task.state === 'queued') this.move(task, 'canceled');
    else if (task.state === 'inProgress') this.move(task, 'canceling');
    else if (task.state !== 'canceling' && task.state !== 'canceled') return 'invalid_state';
    return 'ok';
  }

  undelivered(task: SpecTask, version: number): void {
    if (task.state === 'queued' && task.version === version) this.move(task, 'failed');
  }

  revoke(device: SpecDevice): void {
    device.retired ??= 'begun';
  }

  retire(device: SpecDevice): void {
    device.retired = 'ended';
    const task = this.openTaskOf(device.id);
    if (task) this.move(task, 'removed');
  }

  /** What the minute does to a task. */
  tick(task: SpecTask): void {
    if (task.state === 'scheduled' && this.now >= task.notBefore) this.move(task, 'queued');
    else if (task.state === 'queued' && this.now >= task.acknowledgeBy) this.move(task, 'expired');
    else if (UNDER_WAY.includes(task.state) && this.now >= task.returnBy) this.move(task, 'timedOut');
  }

  /** Whether a job that was stopped may do this to its task, when its worker comes to it. */
  mayClose(task: SpecTask, to: TaskState, job: 'canceled' | 'aborted' | undefined): boolean {
    if (job === undefined) return false;
    if (to === 'canceled') return task.state === 'scheduled' || task.state === 'queued';
    return to === 'canceling' && task.state === 'inProgress' && job === 'canceled';
  }
}
