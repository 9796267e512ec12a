/**
 * A PC, its clock, its disk, the server and the network between them, simulated. The agent in it is the real loop and the
 * real restart flow; each thing it does to the outside is an effect, before or after which the process can be killed.
 */

import type { Clock } from '../../../agent/clock.ts';
import type { Log } from '../../../agent/log.ts';
import { Bell } from '../../../agent/person/bell.ts';
import { type Choice, lifeOf, type Offer, type Reply } from '../../../agent/person/choice.ts';
import type { Person } from '../../../agent/person/person.ts';
import { CommandFailed } from '../../../agent/platform/command.ts';
import { pollLoop } from '../../../agent/poll-loop.ts';
import { RestartFlow } from '../../../agent/restart/flow.ts';
import { TaskLedger } from '../../../agent/restart/ledger.ts';
import { TaskSlot } from '../../../agent/restart/task-slot.ts';
import type { TaskServer } from '../../../agent/server.ts';
import type { History, HistoryEntry } from '../../../agent/state/history.ts';
import { NotSaved, unlessSaved } from '../../../agent/state/not-saved.ts';
import type { RunState } from '../../../agent/state/task-file.ts';
import { ApiError } from '../../../lib/api/client.ts';
import { PROBLEMS, type ProblemCode } from '../../../lib/api/problem.ts';
import { TASK_STATES, type TaskState } from '../../../lib/api/restarts.ts';

export const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);

export type Kill = 'before' | 'after' | undefined;
/** `page`: something in between answers in the server's place, with a status of its own. */
export type NetworkFault = 'ok' | 'requestLost' | 'answerLost' | 'fault' | 'unauthenticated' | 'page';

/** What a proxy or a captive portal says no with, in the order in which it does. */
const PAGES = [409, 410, 404, 401, 422, 403, 200, 307];
/** What the system does when it is told to restart. */
export type RestartMode = 'works' | 'late' | 'ignored' | 'refuses' | 'kills the command';

export type SimulatedTask = {
  id: string;
  state: TaskState;
  graceSeconds: number;
  message?: string;
  acknowledgeBy: number;
  returnWithinMs: number;
  acknowledgedAt?: number;
  returnBy?: number;
  ackBoot?: string;
  canceledAt?: number;
  leasedUntil: number;
  error?: { code: string; message: string };
  restarts: number;
  postponements: number;
  maxPostponements: number;
  mayReject: boolean;
  notBefore: number;
  deliverMinutes: number;
};

export type Order = {
  grace?: number;
  message?: string;
  deliverMinutes?: number;
  returnMinutes?: number;
  maxPostponements?: number;
  mayReject?: boolean;
};

export const problem = (code: ProblemCode, currentState?: string): ApiError => {
  const { status, title } = PROBLEMS[code];
  const details = { type: 'about:blank', title, status, detail: title, instance: 'i', code };
  return new ApiError(status, { ...details, ...(currentState && { currentState }) }, title);
};

const never = <T>(): Promise<T> => new Promise(() => undefined);
const iso = (time: number): string => new Date(time).toISOString();
const isOpen = (state: TaskState): boolean => TASK_STATES.indexOf(state) < TASK_STATES.indexOf('succeeded');

export class World {
  /** The true time; the server's clock. */
  now = START;
  /** By how much the PC's clock is off. */
  skew = 0;
  /** Whether the monotonic clock counts while the PC sleeps, as on Windows and macOS. */
  countsSleep = false;
  readonly tasks: SimulatedTask[] = [];
  readonly messages: string[] = [];
  /** When each warning was shown, in milliseconds since the start. */
  readonly warnedAt: number[] = [];
  readonly offers: Offer[] = [];
  /** What the person chose and was not yet answered, and the answers. */
  wishes: { choice: Choice; life: string; from: string }[] = [];
  readonly answers: (Reply & { from: string | undefined })[] = [];
  readonly violations: string[] = [];
  readonly logged: string[] = [];
  readonly effects: string[] = [];
  restartMode: RestartMode = 'works';
  /** Whether the disk takes nothing that is written. */
  diskIsFull = false;
  /** Also delivers, again and again, what is long over. */
  ghosts = false;
  kill: (effect: number, name: string) => Kill = () => undefined;
  network: (call: number) => NetworkFault = () => 'ok';
  random: () => number = () => 0.5;
  disk: RunState | undefined;
  readonly history: HistoryEntry[] = [];

  #asleep = 0;
  #wokeAt = START;
  /** What the agent has called again and again, and when next. */
  #beats: { every: number; at: number; call: () => void }[] = [];
  #boot = 1;
  #process = 0;
  #calls = 0;
  #until = START;
  #events: { at: number; run: () => void }[] = [];
  #died: () => void = () => undefined;
  #stop = new AbortController();
  #bell = new Bell();

  get bootId(): string {
    return `boot-${String(this.#boot).padStart(4, '0')}`;
  }

  order(options: Order = {}): SimulatedTask {
    const task: SimulatedTask = {
      id: `tsk_${this.tasks.length + 1}`,
      state: 'queued',
      graceSeconds: options.grace ?? 0,
      ...(options.message && { message: options.message }),
      acknowledgeBy: this.now + (options.deliverMinutes ?? 240) * MINUTE,
      returnWithinMs: (options.returnMinutes ?? 20) * MINUTE,
      leasedUntil: 0,
      restarts: 0,
      postponements: 0,
      maxPostponements: options.maxPostponements ?? 0,
      mayReject: options.mayReject ?? false,
      notBefore: 0,
      deliverMinutes: options.deliverMinutes ?? 240,
    };
    this.tasks.push(task);
    return task;
  }

  /** The person chooses, by a command, what becomes of the task in hand. */
  choose(choice: Choice): void {
    const task = this.disk?.task;
    this.wishes.push({ choice, life: task ? lifeOf(task) : '', from: `command-${this.wishes.length}` });
    this.#bell.ring();
  }

  /** Somebody at the PC has asked for help. */
  askForHelp(): void {
    this.#bell.hurry();
  }

  cancel(task: SimulatedTask): void {
    task.canceledAt ??= this.now;
    if (task.state === 'queued' || task.state === 'scheduled') task.state = 'canceled';
    if (task.state === 'inProgress') task.state = 'canceling';
  }

  /** The server forgets that a task ended, and delivers it again. */
  forget(task: SimulatedTask): void {
    task.state = 'queued';
  }

  /** @param after milliseconds from now */
  later(after: number, run: () => void): void {
    this.#events.push({ at: this.now + after, run });
    this.#events.sort((a, b) => a.at - b.at);
  }

  /** The PC starts anew, whoever wanted that. */
  reboot(): void {
    this.#boot++;
    this.killProcess();
    this.now += 40_000;
  }

  suspend(milliseconds: number): void {
    this.now += milliseconds;
    this.#asleep += milliseconds;
    this.#wokeAt = this.now;
  }

  killProcess(): void {
    this.#process++;
    this.#died();
  }

  /** Lets the agent run that long, started again 5 s after each death. */
  async live(milliseconds: number, once = false): Promise<void> {
    this.#until = this.now + milliseconds;
    while (this.now < this.#until) {
      const died = new Promise<void>((resolve) => {
        this.#died = resolve;
      });
      this.#stop = new AbortController();
      this.#beats = [];
      const process = this.#process;
      await Promise.race([died, this.#agent(process, once)]);
      if (once && process === this.#process) return;
      this.#advance(5_000);
    }
    this.#process++;
  }

  async #agent(process: number, once: boolean): Promise<void> {
    const effect = <T>(name: string, act: () => T): Promise<T> => this.#effect(process, name, act);
    const call = async <T>(name: string, act: () => T): Promise<T> => effect(name, () => this.#call(act));
    const file = {
      read: async () => structuredClone(this.disk),
      write: (state: RunState) =>
        effect(`write ${state.task?.stage ?? 'nothing'}`, () => {
          this.#needRoom('task.json');
          this.disk = structuredClone(state);
        }),
    };
    const read = structuredClone(this.history);
    const saveHistory = () => {
      if (read.length > this.history.length) this.#needRoom('history.jsonl');
      this.history.push(...structuredClone(read.slice(this.history.length)));
    };
    const add = (entry: HistoryEntry) => {
      read.push(entry);
      return effect(`history ${entry.event}`, saveHistory);
    };
    const later = unlessSaved(() => undefined);
    const history: History = {
      of: (taskId: string) => read.filter((entry) => entry.taskId === taskId),
      all: () => read,
      add,
      note: (entry) => add(entry).catch(later),
      settle: async () => {
        if (!this.diskIsFull) saveHistory();
      },
    };
    const platform = {
      boot: async () => ({ bootId: this.bootId, bootedAt: iso(this.now) }),
      restart: () => effect('restart', () => this.#restart()),
      abortRestart: () => effect('abort', () => undefined),
      notify: (text: string) => effect('notify', () => void this.messages.push(text)),
    };
    const answered = (from: string) => {
      this.wishes = this.wishes.filter((wish) => wish.from !== from);
    };
    const person: Person = {
      warn: ({ text, offer }) =>
        effect('notify', () => {
          this.messages.push(text);
          this.offers.push(offer);
          this.warnedAt.push(this.now - START);
        }),
      tell: platform.notify,
      next: async (life) => {
        for (const wish of this.wishes) {
          if (wish.life === life) return wish;
          answered(wish.from);
          this.answers.push({ from: wish.from, done: false, words: 'too late' });
        }
        return undefined;
      },
      answer: (from, reply) =>
        effect('answer', () => {
          if (from !== undefined) answered(from);
          this.answers.push({ from, ...reply });
        }),
      close: () => undefined,
    };
    this.#bell = new Bell();
    const clock: Clock = {
      now: () => this.now + this.skew,
      monotonic: () => this.now - START - (this.countsSleep ? 0 : this.#asleep),
      sinceBoot: () => this.now - START,
      every: (milliseconds, call) => {
        const beat = { every: milliseconds, at: this.now + milliseconds, call };
        this.#beats.push(beat);
        return () => {
          this.#beats = this.#beats.filter((known) => known !== beat);
        };
      },
      sleep: (milliseconds, signal) => effect('sleep', () => this.#advance(milliseconds, signal)),
    };
    const server = {
      poll: (body: { bootId: string }) => call('poll', () => this.#poll(body.bootId)),
      acknowledge: (id: string, body: { bootId: string }) => call('ack', () => this.#acknowledge(id, body.bootId)),
      postpone: (id: string, body: { minutes: number }) => call('postpone', () => this.#postpone(id, body.minutes)),
      report: (id: string, body: Parameters<TaskServer['report']>[1]) => call('report', () => this.#report(id, body)),
    } as unknown as TaskServer;
    const write = (message: string) => void this.logged.push(message);
    const log: Log = { info: write, warn: write, error: write };

    const slot = await TaskSlot.open(file, 'dev_1', false);
    const ledger = new TaskLedger(slot, history);
    const ports = { server, platform, person, clock, random: () => this.random(), log };
    const flow = new RestartFlow({
      ...ports,
      ledger,
      deviceId: 'dev_1',
      dryRun: false,
      skipGrace: false,
      maxRestartsPerDay: 3,
    });
    await pollLoop(
      {
        ...ports,
        bell: this.#bell,
        keeper: { turn: async () => undefined },
        attendant: { saw: async () => undefined },
        lock: { take: async () => undefined },
        refusals: { failed: async () => undefined, worked: async () => undefined },
        flow,
      },
      { once, startWithinSeconds: 10, stop: this.#stop.signal },
    );
  }

  #needRoom(path: string): void {
    if (this.diskIsFull) throw new NotSaved(path, Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
  }

  /** A dead process does nothing, and hears nothing. */
  async #effect<T>(process: number, name: string, act: () => T): Promise<T> {
    if (process !== this.#process) return never();
    this.effects.push(name);
    const fate = this.kill(this.effects.length, name);
    if (fate === 'before') this.killProcess();
    if (process !== this.#process) return never();
    const result = act();
    if (fate === 'after' && process === this.#process) this.killProcess();
    return process === this.#process ? result : never();
  }

  #advance(milliseconds: number, signal?: AbortSignal): void {
    const process = this.#process;
    let target = this.now + milliseconds;
    for (;;) {
      const event = this.#events[0];
      if (!event || event.at > target) break;
      this.#events.shift();
      this.#pass(event.at);
      const before = this.#asleep;
      event.run();
      // A timer stands still while the PC sleeps, where its clock does.
      if (!this.countsSleep) target += this.#asleep - before;
      if (process !== this.#process || (signal?.aborted && this.now < this.#until)) return;
    }
    this.#pass(target);
    if (this.now >= this.#until) this.#stop.abort();
  }

  /** Lets time pass while the PC is awake: whatever is to be called meanwhile is, late where the PC has slept. */
  #pass(until: number): void {
    for (const beat of this.#beats) {
      for (; beat.at <= until; beat.at = this.now + beat.every) {
        this.now = Math.max(this.now, beat.at);
        beat.call();
      }
    }
    this.now = Math.max(this.now, until);
  }

  #call<T>(act: () => T): T {
    const fault = this.network(++this.#calls);
    this.#advance(100);
    if (fault === 'requestLost') throw new TypeError('fetch failed');
    if (fault === 'page')
      throw new ApiError(PAGES[this.#calls % PAGES.length] ?? 409, undefined, '<html>Sign in</html>');
    if (fault === 'fault') throw new ApiError(503, undefined, 'Service Unavailable');
    if (fault === 'unauthenticated') throw problem('unauthenticated');
    const answer = act();
    this.#advance(100);
    if (fault === 'answerLost') throw new TypeError('fetch failed');
    return answer;
  }

  #restart(): void {
    const allowed = this.tasks.filter(({ ackBoot, restarts }) => ackBoot === this.bootId && restarts === 0);
    const task = allowed.find(({ state }) => state === 'inProgress' || state === 'canceling') ?? allowed[0];
    if (!task) this.violations.push('a restart that no acknowledgement allowed, or a second one');
    else {
      task.restarts++;
      if (this.now >= (task.returnBy ?? 0)) this.violations.push(`${task.id} restarted after its deadline`);
      if (!['inProgress', 'canceling'].includes(task.state)) this.violations.push(`restarted when ${task.state}`);
      if ((task.canceledAt ?? this.now) < this.#wokeAt) this.violations.push(`${task.id} was cancelled before it woke`);
    }
    if (this.restartMode === 'works') this.reboot();
    if (this.restartMode === 'late') this.later(20_000, () => this.reboot());
    if (this.restartMode === 'refuses') throw new CommandFailed('Operation not permitted', { exitCode: 1 });
    if (this.restartMode === 'kills the command') {
      this.later(1_000, () => this.reboot());
      throw new CommandFailed('ended', { killed: true });
    }
  }

  #sweep(bootId?: string): void {
    for (const task of this.tasks) {
      const open = task.state === 'inProgress' || task.state === 'canceling';
      if (task.state === 'scheduled' && this.now >= task.notBefore) task.state = 'queued';
      if (task.state === 'queued' && this.now >= task.acknowledgeBy) task.state = 'expired';
      if (open && bootId !== undefined && bootId !== task.ackBoot) task.state = 'succeeded';
      else if (open && this.now >= (task.returnBy ?? 0)) task.state = 'timedOut';
    }
  }

  #answer(body: unknown) {
    return { status: 200, body, headers: new Headers({ date: new Date(this.now).toUTCString() }) };
  }

  #body(task: SimulatedTask) {
    const { id, state, graceSeconds, message, acknowledgeBy, acknowledgedAt, returnBy } = task;
    return {
      postponements: task.postponements,
      maxPostponements: task.maxPostponements,
      mayReject: task.mayReject,
      id,
      state,
      graceSeconds,
      ...(message && { message }),
      force: false,
      acknowledgeBy: iso(acknowledgeBy),
      ...(acknowledgedAt && { acknowledgedAt: iso(acknowledgedAt) }),
      ...(returnBy && { returnBy: iso(returnBy) }),
    };
  }

  #poll(bootId: string) {
    this.#sweep(bootId);
    const due = this.tasks.filter(
      ({ state, leasedUntil }) => state === 'canceling' || (state === 'queued' && leasedUntil <= this.now),
    );
    for (const task of due) task.leasedUntil = this.now + MINUTE;
    const delivered = due.map((task) => ({ ...this.#body(task), receipt: `r${this.now}` }));
    const over = this.ghosts ? this.tasks.filter((task) => !due.includes(task)) : [];
    const ghosts = over.map((task) => ({ ...this.#body(task), state: 'queued', receipt: `g${this.now}` }));
    const pollAfterSeconds = this.tasks.some(({ state }) => isOpen(state) && state !== 'scheduled') ? 5 : 60;
    return this.#answer({ tasks: [...ghosts, ...delivered], pollAfterSeconds });
  }

  #find(id: string): SimulatedTask {
    this.#sweep();
    const task = this.tasks.find((known) => known.id === id);
    if (!task) throw problem('not_found');
    return task;
  }

  #acknowledge(id: string, bootId: string) {
    const task = this.#find(id);
    if (task.state === 'expired') throw problem('expired');
    if (task.state === 'inProgress' && task.ackBoot === bootId) return this.#answer(this.#body(task));
    if (task.state !== 'queued') throw problem('invalid_state', task.state);
    task.state = 'inProgress';
    task.ackBoot = bootId;
    task.acknowledgedAt = this.now;
    task.returnBy = this.now + task.graceSeconds * 1000 + task.returnWithinMs;
    return this.#answer(this.#body(task));
  }

  #postpone(id: string, minutes: number) {
    const task = this.#find(id);
    if (task.state !== 'inProgress') throw problem('invalid_state', task.state);
    if (task.postponements >= task.maxPostponements) throw problem('invalid_state', task.state);
    delete task.acknowledgedAt;
    delete task.returnBy;
    delete task.ackBoot;
    task.state = 'scheduled';
    task.postponements++;
    task.notBefore = this.now + minutes * MINUTE;
    task.acknowledgeBy = task.notBefore + task.deliverMinutes * MINUTE;
    task.leasedUntil = 0;
    return this.#answer(this.#body(task));
  }

  #report(id: string, { outcome, bootId, error }: Parameters<TaskServer['report']>[1]) {
    const task = this.#find(id);
    if (task.state === outcome) return this.#answer(this.#body(task));
    if (task.state !== 'inProgress' && task.state !== 'canceling') throw problem('invalid_state', task.state);
    if (outcome === 'succeeded' && bootId === task.ackBoot) throw problem('restart_not_proved');
    if (outcome === 'rejected' && !task.mayReject) throw problem('invalid_state', task.state);
    if (outcome === 'canceled' && task.restarts > 0) this.violations.push('said to be canceled, and restarted');
    task.state = outcome;
    if (error) task.error = error;
    return this.#answer(this.#body(task));
  }
}
