/** The one task in hand, in memory only ever as it is on the disk. */
import { Refusal } from '../refusal.ts';
import type { RunState, TaskFile, TaskRecord } from '../state/task-file.ts';

export class TaskSlot {
  readonly #file: TaskFile;
  #state: RunState;

  private constructor(file: TaskFile, state: RunState) {
    this.#file = file;
    this.#state = state;
  }

  /**
   * @throws DamagedState when the file cannot be understood
   * @throws Refusal when a task is in hand whose boot ids are of the other kind: to a real agent each pretended boot would
   *   be another one, and seem to prove a restart
   */
  static async open(file: TaskFile, deviceId: string, dryRun: boolean): Promise<TaskSlot> {
    const slot = new TaskSlot(file, (await file.read()) ?? { task: undefined, shown: undefined });
    if (slot.task && slot.task.deviceId !== deviceId) await slot.put(undefined);
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

  async put(task: TaskRecord | undefined): Promise<void> {
    await this.#write({ ...this.#state, task });
  }

  async putShown(shown: RunState['shown']): Promise<void> {
    await this.#write({ ...this.#state, shown });
  }

  async #write(state: RunState): Promise<void> {
    await this.#file.write(state);
    this.#state = state;
  }
}
