/**
 * The time between the server's yes and the restart: warns the person, does what they choose, and gives way to nothing else.
 * The yes counts in the process that got it, while that runs without a break and its clocks agree; otherwise it is asked for again.
 */
import { lifeOf, type Made, type Offer } from '../person/choice.ts';
import { NO_POSTPONEMENT_LEFT, NOT_REJECTABLE, REJECTED, AT_ONCE as STARTING } from '../person/words.ts';
import type { Staged } from '../state/task-file.ts';
import { Continuity } from './continuity.ts';
import type { Countdown } from './countdown.ts';
import { warningMs } from './deadlines.ts';
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
  readonly #continuity: Continuity;
  /** The server's yes that this process got. */
  #allowed: { taskId: string; serverAhead: number } | undefined;

  constructor(ports: RestartPorts, countdown: Countdown) {
    this.#ports = ports;
    this.#countdown = countdown;
    this.#continuity = new Continuity(ports.clock);
  }

  /** The server is about to be asked. */
  asking(): void {
    this.#allowed = undefined;
    this.#continuity.begin();
  }

  /** The server has said yes. @param serverNow its time when it answered */
  allowed(taskId: string, serverNow: number): void {
    this.#allowed = { taskId, serverAhead: serverNow - this.#ports.clock.monotonic() };
  }

  /** Whether the server's yes still counts. */
  isAllowed(task: Task): boolean {
    return this.#allowed?.taskId === task.id && !this.#continuity.isBroken;
  }

  /** Nothing waits for its restart any more. */
  over(): void {
    this.#continuity.end();
  }

  /** What time it is at the server, while its yes counts. */
  serverNow(): number {
    const { clock } = this.#ports;
    return this.#allowed ? Math.round(this.#allowed.serverAhead + clock.monotonic()) : clock.now();
  }

  /** `undefined` when the restart is to happen now. */
  async step(task: Task): Promise<Step | undefined> {
    const { ledger, clock, person, skipGrace, maxRestartsPerDay } = this.#ports;
    if (!this.isAllowed(task)) {
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
