/**
 * The one task in hand, in memory as it is on the disk. What leads no nearer to a restart may be ahead of the disk, where that
 * takes nothing: a process that is killed then goes on from a stage before it, and asks the server again.
 */
import { Refusal } from '../refusal.ts';
import { type NotSaved, unlessSaved } from '../state/not-saved.ts';
import type { RunState, TaskFile, TaskRecord } from '../state/task-file.ts';

export class TaskSlot {
  readonly #file: TaskFile;
  readonly #unsaved: (problem: NotSaved) => void;
  #state: RunState;
  #isAhead = false;

  private constructor(file: TaskFile, state: RunState, unsaved: (problem: NotSaved) => void) {
    this.#file = file;
    this.#state = state;
    this.#unsaved = unsaved;
  }

  /**
   * @param unsaved is told of what is kept in memory alone
   * @throws DamagedState when the file cannot be understood
   * @throws Refusal when a task is in hand whose boot ids are of the other kind: to a real agent each pretended boot would
   *   be another one, and seem to prove a restart
   */
  static async open(
    file: TaskFile,
    deviceId: string,
    dryRun: boolean,
    unsaved: (problem: NotSaved) => void = () => undefined,
  ): Promise<TaskSlot> {
    const slot = new TaskSlot(file, (await file.read()) ?? { task: undefined, shown: undefined }, unsaved);
    if (slot.task && slot.task.deviceId !== deviceId) await slot.keep(undefined);
    if (slot.task && slot.task.dryRun !== dryRun) {
      throw new Refusal(
        `Task ${slot.task.id} was taken ${slot.task.dryRun ? 'with' : 'without'} --dry-run and is not over; finish it that way.`,
      );
    }
    return slot;
  }

  get task(): TaskRecord | undefined {
    return this.#state.task;
  }

  get shown(): RunState['shown'] {
    return this.#state.shown;
  }

  /** For what leads to a restart: when it resolves, it is on the disk. @throws NotSaved; then nothing has changed */
  async put(task: TaskRecord): Promise<void> {
    const state = { ...this.#state, task };
    await this.#file.write(state);
    this.#state = state;
    this.#isAhead = false;
  }

  /** For what leads away from one. */
  keep(task: TaskRecord | undefined): Promise<void> {
    return this.#keep({ ...this.#state, task });
  }

  keepShown(shown: RunState['shown']): Promise<void> {
    return this.#keep({ ...this.#state, shown });
  }

  /** Saves what is kept in memory alone. */
  async settle(): Promise<void> {
    if (this.#isAhead) await this.#keep(this.#state);
  }

  async #keep(state: RunState): Promise<void> {
    this.#state = state;
    this.#isAhead = true;
    await this.#file.write(state).then(() => {
      this.#isAhead = false;
    }, unlessSaved(this.#unsaved));
  }
}
