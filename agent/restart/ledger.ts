/** What is on record about tasks, and the order in which the history and the task's own file are written. */
import type { History, HistoryEntry } from '../state/history.ts';
import type { Staged, TaskRecord } from '../state/task-file.ts';
import { type BudgetError, hasUndatedDamage, overBudget } from './budget.ts';
import type { Outcome } from './ports.ts';
import type { TaskSlot } from './task-slot.ts';
import type { Warned } from './warnings.ts';

/** A record's members without those of its stage. */
const orderOf = (task: TaskRecord) => {
  const { id, deviceId, dryRun, graceSeconds, force, message, correlationId } = task;
  const { postponements, maxPostponements, mayReject } = task;
  const left = { postponements, maxPostponements, mayReject };
  return { id, deviceId, dryRun, graceSeconds, force, message, correlationId, ...left };
};

type Slot = Pick<TaskSlot, 'task' | 'put' | 'keep' | 'settle'>;

export class TaskLedger {
  readonly #slot: Slot;
  readonly #history: History;

  constructor(slot: Slot, history: History) {
    this.#slot = slot;
    this.#history = history;
  }

  get stage(): TaskRecord['stage'] | undefined {
    return this.#slot.task?.stage;
  }

  /**
   * The last thing that the history has of a task. One that was put off has a new life when it comes again, and no past;
   * a delivery of the life before has one.
   */
  past({ id, postponements = 0 }: { id: string; postponements?: number | undefined }): HistoryEntry | undefined {
    const last = this.#history.of(id).at(-1);
    return last?.event === 'postponed' && last.postponements <= postponements ? undefined : last;
  }

  /** The task in hand, brought up to the history: the process may have died, or a write failed, between the two. */
  async inHand(): Promise<TaskRecord | undefined> {
    const task = this.#slot.task;
    const past = task && this.past(task);
    if (!task || !past) return task;
    if (past.event === 'postponed') {
      await this.forget();
    } else if (past.event === 'ended' && task.stage !== 'reporting') {
      await this.decided(task, past);
    } else if (past.event === 'restarting' && task.stage !== 'restarting' && task.stage !== 'reporting') {
      const deadline = 'deadline' in task ? task.deadline : past.at;
      const { bootId, at: askedAt } = past;
      await this.#slot.keep({ ...orderOf(task), stage: 'restarting', bootId, askedAt, deadline });
    }
    return this.#slot.task;
  }

  /** @throws NotSaved; then it must not be acknowledged */
  received(task: Staged<'received'>): Promise<void> {
    return this.#slot.put(task);
  }

  /** @throws NotSaved; then it must not be restarted */
  acknowledged(
    task: Staged<'received'>,
    allowed: Pick<Staged<'acknowledged'>, 'bootId' | 'graceSeconds' | 'acknowledgedAt' | 'restartAt' | 'deadline'>,
  ): Promise<void> {
    const { receipt, warned } = task;
    return this.#slot.put({ ...orderOf(task), stage: 'acknowledged', receipt, warned, ...allowed });
  }

  /** A warning was shown. */
  warned(task: Staged<'acknowledged'>, warned: Warned): Promise<void> {
    return this.#slot.keep({ ...task, warned });
  }

  /** The server's yes is to be asked for again, within the deadline that it gave. */
  doubted(task: Staged<'acknowledged' | 'postponing'>): Promise<void> {
    const { receipt, warned, acknowledgedAt: receivedAt, deadline: giveUpAt } = task;
    return this.#slot.keep({ ...orderOf(task), stage: 'received', receipt, warned, receivedAt, giveUpAt });
  }

  /** Why a restart would be one too many. */
  async overBudget(
    { dryRun }: TaskRecord,
    maximum: number,
    at: number,
    serverAt: number,
  ): Promise<BudgetError | undefined> {
    if (hasUndatedDamage(this.#history.all())) {
      await this.#history.note({ event: 'dated', taskId: '', at, serverAt });
    }
    return overBudget(this.#history.all(), serverAt, maximum, dryRun);
  }

  /** To be called before the server is asked to put it off. */
  postponing(task: Staged<'acknowledged'>, minutes: number, from: string | undefined): Promise<void> {
    return this.#slot.keep({ ...task, stage: 'postponing', minutes, from });
  }

  /** The server has put it off: this life of the task is over. */
  async postponed(task: Staged<'postponing'>, at: number): Promise<void> {
    const postponements = (task.postponements ?? 0) + 1;
    await this.#history.note({ event: 'postponed', taskId: task.id, at, postponements });
    await this.forget();
  }

  /** To be called, and to have succeeded, before the system is asked to restart. @throws NotSaved */
  async restarting(task: Staged<'acknowledged'>, askedAt: number, serverAt: number): Promise<void> {
    const { id: taskId, bootId, deadline, dryRun } = task;
    await this.#history.add({ event: 'restarting', taskId, at: askedAt, bootId, serverAt, dryRun });
    // The history is what holds; the task follows it.
    await this.#slot.keep({ ...orderOf(task), stage: 'restarting', bootId, askedAt, deadline });
  }

  /** Puts the end of a task on record, for good. */
  async ended(task: TaskRecord, end: Outcome, at: number): Promise<void> {
    const { outcome, error } = end;
    await this.#history.note({ event: 'ended', taskId: task.id, at, outcome, error });
    await this.decided(task, { outcome, error, at });
  }

  /** The end is on record already, and is to be reported. */
  decided(task: TaskRecord, { outcome, error, at }: Outcome & { at: number }): Promise<void> {
    const bootId = 'bootId' in task ? task.bootId : undefined;
    return this.#slot.keep({ ...orderOf(task), stage: 'reporting', bootId, outcome, error, decidedAt: at });
  }

  forget(): Promise<void> {
    return this.#slot.keep(undefined);
  }

  /** Saves what the disk did not take before. */
  async settle(): Promise<void> {
    await this.#slot.settle();
    await this.#history.settle();
  }
}
