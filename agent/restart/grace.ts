/**
 * The time between the server's yes and the restart: warns the person, does what they choose, and gives way to nothing else.
 * The yes counts in the process that got it, while its clocks agree; otherwise it is asked for again.
 */
import { lifeOf, type Made, type Offer } from '../person/choice.ts';
import { NO_POSTPONEMENT_LEFT, NOT_REJECTABLE, REJECTED, AT_ONCE as STARTING } from '../person/words.ts';
import type { Staged } from '../state/task-file.ts';
import type { Countdown } from './countdown.ts';
import { clockOffset, hasJumped, warningMs } from './deadlines.ts';
import { AT_ONCE, conclude, nameOf, type RestartPorts, type Step } from './ports.ts';
import { nextWarningMs } from './warnings.ts';
import { warning } from './words.ts';

type Task = Staged<'acknowledged'>;

const offerOf = ({ postponements = 0, maxPostponements = 0, mayReject = false }: Task): Offer => ({
  postponementsLeft: Math.max(0, maxPostponements - postponements),
  mayReject,
});

export class Grace {
  readonly #ports: RestartPorts;
  readonly #countdown: Countdown;
  /** The server's yes that this process got, and how its clocks stood then. */
  #allowed: { taskId: string; offset: number; serverAhead: number } | undefined;

  constructor(ports: RestartPorts, countdown: Countdown) {
    this.#ports = ports;
    this.#countdown = countdown;
  }

  /** The server has said yes. @param offset of the clocks when it was asked @param serverNow its time when it answered */
  allowed(taskId: string, offset: number, serverNow: number): void {
    this.#allowed = { taskId, offset, serverAhead: serverNow - this.#ports.clock.monotonic() };
  }

  /** What time it is at the server, while its yes counts. */
  serverNow(): number {
    const { clock } = this.#ports;
    return this.#allowed ? Math.round(this.#allowed.serverAhead + clock.monotonic()) : clock.now();
  }

  /** `undefined` when the restart is to happen now. */
  async step(task: Task): Promise<Step | undefined> {
    const { ledger, clock, person, skipGrace, maxRestartsPerDay } = this.#ports;
    if (this.#allowed?.taskId !== task.id || hasJumped(this.#allowed.offset, clockOffset(clock))) {
      await ledger.doubted(task);
      return AT_ONCE;
    }
    const error = await ledger.overBudget(task, maxRestartsPerDay, clock.now(), this.serverNow());
    if (error) return conclude(this.#ports, task, { outcome: 'failed', error });
    if (this.#countdown.leftMs(task) === undefined) {
      const now = clock.now();
      this.#countdown.start(task, skipGrace ? 0 : warningMs(task, now), task.deadline - now);
    }
    if (this.#countdown.isOver(task)) {
      const error = { code: 'deadline_passed', message: 'The time for the restart had passed.' };
      return conclude(this.#ports, task, { outcome: 'failed', error });
    }
    const made = await person.next(lifeOf(task));
    return made ? this.#choose(task, made) : this.#wait(task);
  }

  async #choose(task: Task, { choice, from }: Made): Promise<Step> {
    const { ledger, person, log } = this.#ports;
    const { postponementsLeft, mayReject } = offerOf(task);
    log.info('the person chose', { ...nameOf(task), choice: choice.kind });
    switch (choice.kind) {
      case 'postpone':
        if (postponementsLeft === 0) await person.answer(from, NO_POSTPONEMENT_LEFT);
        else await ledger.postponing(task, choice.minutes, from);
        return AT_ONCE;
      case 'reject':
        if (!mayReject) {
          await person.answer(from, NOT_REJECTABLE);
          return AT_ONCE;
        }
        await conclude(this.#ports, task, { outcome: 'rejected', error: undefined });
        person.close();
        await person.answer(from, REJECTED);
        return AT_ONCE;
      case 'restartNow':
        this.#countdown.hasten(task);
        await person.answer(from, STARTING);
        return AT_ONCE;
    }
  }

  async #wait(task: Task): Promise<Step | undefined> {
    const { ledger, clock, person } = this.#ports;
    const leftMs = this.#countdown.leftMs(task) ?? 0;
    const atMs = clock.now() - task.acknowledgedAt;
    const warningInMs = nextWarningMs(atMs, leftMs, task.warned);
    if (warningInMs === 0) {
      // Shown first: killed in between, it is shown twice, and not never.
      const text = warning(leftMs, task.message);
      await person.warn({ text, life: lifeOf(task), offer: offerOf(task), leftMs });
      await ledger.warned(task, { atMs, leftMs });
      return AT_ONCE;
    }
    return leftMs > 0 ? { againInMs: Math.min(leftMs, warningInMs ?? leftMs) } : undefined;
  }
}
