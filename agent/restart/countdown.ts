/** How long the task in hand has to wait in its stage, by the clock that does not jump. Lives as long as the process. */
import type { Clock } from '../clock.ts';
import { backOffMs, TASK_BACK_OFF } from '../pace.ts';
import { retryAfterOf } from '../server.ts';
import type { TaskRecord } from '../state/task-file.ts';
import type { Step } from './ports.ts';

export class Countdown {
  readonly #clock: Clock;
  readonly #random: () => number;
  #running: { key: string; until: number; deadline: number; failures: number } | undefined;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** `undefined` when none runs for this task in this stage. */
  leftMs(task: TaskRecord): number | undefined {
    const running = this.#of(task);
    return running && Math.max(0, running.until - this.#clock.monotonic());
  }

  /** Whether the time is up within which the stage had to be done. */
  isOver(task: TaskRecord): boolean {
    const running = this.#of(task);
    return running !== undefined && this.#clock.monotonic() >= running.deadline;
  }

  start(task: TaskRecord, milliseconds: number, deadlineMs = Number.POSITIVE_INFINITY, failures = 0): void {
    const now = this.#clock.monotonic();
    this.#running = { key: keyOf(task), until: now + milliseconds, deadline: now + deadlineMs, failures };
  }

  /** Ends the wait, and leaves the deadline. */
  hasten(task: TaskRecord): void {
    const running = this.#of(task);
    if (running) running.until = this.#clock.monotonic();
  }

  clear(): void {
    this.#running = undefined;
  }

  /** Backs off before the next try of a call that was not answered. */
  afterFailure(task: TaskRecord, problem: unknown): Step {
    const failures = (this.#of(task)?.failures ?? 0) + 1;
    const againInMs = backOffMs(failures, this.#random(), TASK_BACK_OFF, retryAfterOf(problem));
    this.start(task, againInMs, undefined, failures);
    return { againInMs, problem };
  }

  #of(task: TaskRecord) {
    return this.#running?.key === keyOf(task) ? this.#running : undefined;
  }
}

const keyOf = ({ id, stage }: TaskRecord): string => `${id} ${stage}`;
