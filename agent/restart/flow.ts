/**
 * A restart task's way through the agent. Each stage is on the disk before the agent acts on it, so that a process that is
 * killed anywhere goes on where it was, with these promises kept:
 *
 * - no restart without the server's 200 to the acknowledgement: only `acknowledged` leads to `restarting`, and only in the
 *   process that got the 200, while that runs without a break and its clocks agree. After a kill, a set clock or a sleep the
 *   server is asked again, which it allows; so it is known how much time is left, and a cancelling meanwhile is not missed
 * - never two restarts for a task: the history says `restarting` before the system is asked, and is looked at first. A
 *   process killed between the two leaves a PC that did not restart; that is reported as `restart_not_started`
 * - no restart after the deadline
 */
import type { AnswerHeaders } from '../../lib/api/client.ts';
import type { AgentRestartTask } from '../../lib/api/restarts.ts';
import { CANCELED } from '../person/words.ts';
import { CommandFailed } from '../platform/command.ts';
import { reasonOf } from '../refusal.ts';
import { NotSaved } from '../state/not-saved.ts';
import type { Staged, TaskRecord } from '../state/task-file.ts';
import { oneLine } from '../text.ts';
import { acknowledge, report } from './calls.ts';
import { Countdown } from './countdown.ts';
import { giveUpAt, serverTime, startsWithinMs } from './deadlines.ts';
import { Grace } from './grace.ts';
import { AT_ONCE, conclude, nameOf, type Outcome, type RestartPorts, type Step } from './ports.ts';
import { postponing } from './postponing.ts';

/** A result that the server does not hear must not hold up the next task for ever. */
const REPORT_FOR_MS = 24 * 3_600_000;

export class RestartFlow {
  readonly #ports: RestartPorts;
  readonly #countdown: Countdown;
  readonly #grace: Grace;
  /** How the last task ended whose end this process reported. */
  lastOutcome: Outcome | undefined;

  constructor(ports: RestartPorts) {
    this.#ports = ports;
    this.#countdown = new Countdown(ports.clock, ports.random);
    this.#grace = new Grace(ports, this.#countdown);
  }

  get stage(): TaskRecord['stage'] | undefined {
    return this.#ports.ledger.stage;
  }

  /**
   * Takes in a task that a poll brought.
   * @param headers of that poll's answer
   * @throws NotSaved; the task is not taken in, and the server delivers it again
   */
  async receive(task: AgentRestartTask, headers: AnswerHeaders): Promise<void> {
    const { ledger, log, clock, deviceId, dryRun } = this.#ports;
    const inHand = await ledger.inHand();
    // Its lease ends, and it comes again when the one in hand is over.
    if (inHand && inHand.id !== task.id) return log.info('another task is in hand', nameOf(task));

    const { id, graceSeconds, force, message, receipt, correlationId } = task;
    const { postponements, maxPostponements, mayReject } = task;
    const receivedAt = clock.now();
    const limit = giveUpAt(task, receivedAt, serverTime(headers, receivedAt));
    const left = { postponements, maxPostponements, mayReject };
    const order = { id, deviceId, dryRun, graceSeconds, force, message, correlationId, ...left };
    const received = { stage: 'received', ...order, receipt, warned: undefined, receivedAt, giveUpAt: limit } as const;
    if (task.state === 'canceling') return this.#cancel(inHand ?? received);
    if (ledger.past(task)) return log.warn('this task was done before', nameOf(task));
    if (inHand && inHand.stage !== 'received') return;
    await ledger.received(inHand ? { ...inHand, receipt } : received);
    log.info('task received', nameOf(task));
  }

  /** Goes as far as it can without waiting. */
  async step(): Promise<Step> {
    await this.#ports.ledger.settle();
    for (;;) {
      const task = await this.#ports.ledger.inHand();
      const step = task ? await this.#advance(task) : {};
      if (step === AT_ONCE) continue;
      if (this.stage !== 'acknowledged') this.#grace.over();
      return step;
    }
  }

  async #cancel(task: TaskRecord): Promise<void> {
    const { ledger, person, log } = this.#ports;
    const past = ledger.past(task);
    if (past?.event === 'restarting') return log.warn('too late to cancel', nameOf(task));
    if (task.stage === 'reporting') return;
    // The server has not taken in how it ended: it is told again.
    if (past?.event === 'ended') return ledger.decided(task, past);
    if (past) return;
    person.close();
    if (task.stage === 'acknowledged' || task.stage === 'postponing') await person.tell(CANCELED.words);
    if (task.stage === 'postponing' && task.from !== undefined) await person.answer(task.from, CANCELED);
    await conclude(this.#ports, task, { outcome: 'canceled', error: undefined });
  }

  #advance(task: TaskRecord): Promise<Step> {
    switch (task.stage) {
      case 'received':
        return this.#acknowledge(task);
      case 'acknowledged':
        return this.#restart(task);
      case 'postponing':
        return postponing(this.#ports, this.#countdown, task);
      case 'restarting':
        return this.#prove(task);
      case 'reporting':
        return this.#report(task);
    }
  }

  async #acknowledge(task: Staged<'received'>): Promise<Step> {
    const { ledger, clock, log } = this.#ports;
    const pauseMs = this.#countdown.leftMs(task);
    if (pauseMs) return { againInMs: pauseMs };
    this.#grace.asking();
    const reply = await acknowledge(this.#ports, task);
    switch (reply.answer) {
      case 'yes':
        try {
          await ledger.acknowledged(task, reply.allowed);
        } catch (error) {
          // A file that cannot be written for a moment is tried again; what has no room is said to the server.
          if (!(error instanceof NotSaved && error.noRoom)) throw error;
          return this.#notRecorded(task, error);
        }
        this.#grace.allowed(task.id, reply.serverNow);
        this.#countdown.clear();
        log.info('task acknowledged', nameOf(task));
        return AT_ONCE;
      case 'canceled':
        return conclude(this.#ports, task, { outcome: 'canceled', error: undefined });
      case 'no':
        return this.#drop(task, reply.why);
      case 'none':
        if (clock.now() >= task.giveUpAt) return this.#drop(task, reasonOf(reply.problem));
        return this.#countdown.afterFailure(task, reply.problem);
    }
  }

  async #restart(task: Staged<'acknowledged'>): Promise<Step> {
    const { platform, person, ledger, clock, log } = this.#ports;
    const waiting = await this.#grace.step(task);
    if (waiting) return waiting;

    person.close();
    try {
      await ledger.restarting(task, clock.now(), this.#grace.serverNow());
    } catch (error) {
      if (!(error instanceof NotSaved)) throw error;
      return this.#notRecorded(task, error);
    }
    // The PC may have slept since it was looked at, and what is on record cannot be taken back.
    const instead = this.#grace.isAllowed(task) ? undefined : await this.#askAgain(task);
    if (instead) return instead;
    try {
      await platform.restart({ force: task.force });
    } catch (error) {
      // A command that was killed may have been killed by the very restart that it began.
      if (error instanceof CommandFailed && error.killed) return AT_ONCE;
      const message = oneLine(reasonOf(error)) || 'The system did not say why.';
      return conclude(this.#ports, task, { outcome: 'failed', error: { code: 'restart_refused', message } });
    }
    log.info('restart asked for', nameOf(task));
    return AT_ONCE;
  }

  /** Nothing is restarted without its record. */
  #notRecorded(task: TaskRecord, problem: NotSaved): Promise<Step> {
    const message = oneLine(`The restart could not be put on record, so it was not begun. ${reasonOf(problem)}`);
    return conclude(this.#ports, task, { outcome: 'failed', error: { code: 'restart_not_recorded', message } });
  }

  /**
   * The restart is on record, was not asked for, and is in doubt. Without another yes, and one that comes without a break, it is
   * not asked for any more, and reported as not begun.
   * @returns what is done in place of the restart
   */
  async #askAgain(task: Staged<'acknowledged'>): Promise<Step | undefined> {
    const { log } = this.#ports;
    this.#grace.asking();
    const reply = await acknowledge(this.#ports, task);
    if (reply.answer === 'canceled') return conclude(this.#ports, task, { outcome: 'canceled', error: undefined });
    if (reply.answer === 'yes') this.#grace.allowed(task.id, reply.serverNow);
    if (reply.answer === 'yes' && this.#grace.isAllowed(task)) return undefined;
    log.warn('the restart was in doubt at its last moment, and is not begun', nameOf(task));
    return AT_ONCE;
  }

  async #prove(task: Staged<'restarting'>): Promise<Step> {
    const { platform, clock } = this.#ports;
    const { bootId } = await platform.boot();
    if (bootId !== task.bootId) return conclude(this.#ports, task, { outcome: 'succeeded', error: undefined });
    if (this.#countdown.leftMs(task) === undefined) {
      const withinMs = startsWithinMs(task.askedAt, task.deadline);
      this.#countdown.start(task, Math.min(withinMs, Math.max(0, withinMs - (clock.now() - task.askedAt))));
    }
    const leftMs = this.#countdown.leftMs(task);
    if (leftMs) return { againInMs: leftMs };
    // So that what is reported as not begun does not begin later, when nobody expects it any more.
    await platform.abortRestart();
    const message = 'The system took the order to restart, or was about to, and did not restart.';
    return conclude(this.#ports, task, { outcome: 'failed', error: { code: 'restart_not_started', message } });
  }

  async #report(task: Staged<'reporting'>): Promise<Step> {
    const { ledger, clock, log } = this.#ports;
    const pauseMs = this.#countdown.leftMs(task);
    if (pauseMs) return { againInMs: pauseMs };
    const reply = await report(this.#ports, task);
    if (reply.answer === 'none' && Math.abs(clock.now() - task.decidedAt) < REPORT_FOR_MS) {
      return this.#countdown.afterFailure(task, reply.problem);
    }
    await ledger.forget();
    const told = 'told' in reply ? reply.told : task;
    this.lastOutcome = told;
    log.info('task over', { ...nameOf(task), outcome: told.outcome, error: told.error?.message, answer: reply.answer });
    return AT_ONCE;
  }

  /** A task that the server did not allow; should it allow it later, with a new delivery, that counts. */
  async #drop(task: TaskRecord, why: string): Promise<Step> {
    await this.#ports.ledger.forget();
    this.#ports.log.warn('task dropped', { ...nameOf(task), why });
    return AT_ONCE;
  }
}
