/** Drives the product and the specification through the same steps, and compares them after each. */
import type { Id } from '../../lib/ids.ts';
import { T0 } from '../unit/support/time.ts';
import type { Coverage } from './coverage.ts';
import { differ, expectSame } from './difference.ts';
import { KILLED } from './outcome.ts';
import { adopt } from './restart-adoption.ts';
import { checkEnd, checkStopped, compare, jobsAreOver } from './restart-checks.ts';
import { isOpen, type Outcome, RestartSpec, type SpecBoot, type SpecJob, type SpecTask } from './restart-spec.ts';
import type { Step } from './restart-steps.ts';
import { createSystem, type System } from './restart-system.ts';

const MINUTE = 60_000;
const DEVICES = 4;

/** Lets others go on so many times. */
const ticks = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await undefined;
};
type Machine = { boot: string; startedAt: number; readonly tellsUptime: boolean };

const newMachine = (boot: string, tellsUptime: boolean): Machine => ({ boot, startedAt: T0, tellsUptime });

type Receipt = { task: Id; device: Id; receipt: string };

export class RestartRun {
  readonly #spec = new RestartSpec(T0);
  readonly #system: System;
  readonly #receipts: Receipt[] = [];
  /** The device itself, and a copy that has its credential. */
  readonly #machines = new Map<Id, readonly [Machine, Machine]>();
  #boots = 0;

  constructor(coverage: Coverage) {
    this.#system = createSystem(DEVICES, () => adopt(this.#spec, this.#system), coverage);
    for (const [index, device] of this.#system.deviceIds.entries()) {
      this.#spec.devices.set(device, { id: device, restarts: [], retired: undefined, seen: [] });
      // Every second one has an older agent, which tells no uptime.
      const tellsUptime = index % 2 === 0;
      this.#machines.set(device, [
        newMachine(`boot-${index}-first`, tellsUptime),
        newMachine(`copy-${index}`, tellsUptime),
      ]);
    }
  }

  #device(choice: number) {
    const id = this.#system.deviceIds[choice % DEVICES] as Id;
    return this.#spec.devices.get(id) ?? differ('a device is missing');
  }

  #machine(device: Id, isCopy: true | undefined): Machine {
    return this.#machines.get(device)?.[isCopy ? 1 : 0] ?? differ('a machine is missing');
  }

  /** What a machine shows of its boot. */
  #boot(device: Id, isCopy: true | undefined): SpecBoot {
    const { boot, startedAt, tellsUptime } = this.#machine(device, isCopy);
    return { boot, ...(tellsUptime && { startedAt }) };
  }

  #task(choice: number): SpecTask | undefined {
    const tasks = [...this.#spec.tasks.values()];
    return tasks.length === 0 ? undefined : tasks[tasks.length - 1 - (choice % Math.min(tasks.length, 6))];
  }

  #job(choice: number): Id | undefined {
    const jobs = [...this.#spec.jobs.keys()];
    return jobs.length === 0 ? undefined : jobs[jobs.length - 1 - (choice % Math.min(jobs.length, 4))];
  }

  /** What the product says must be what the specification says; a call that was killed may have had its effect or not. */
  #agree(what: string, outcome: Outcome, tasks: readonly SpecTask[], expected: () => Outcome): void {
    if (outcome !== KILLED) {
      expectSame(what, outcome, expected());
      return;
    }
    for (const task of tasks) {
      if (this.#system.store.tasks.get(task.id)?.version !== task.version) expected();
    }
  }

  async apply(step: Step): Promise<void> {
    if (step.do === 'round') return this.#round(step);
    if (step.do === 'strike') return this.#strike(step);
    await this.#do(step);
    adopt(this.#spec, this.#system);
    compare(this.#spec, this.#system);
  }

  /** A restart as it goes when nothing goes wrong until its end, so that the rarer states are reached at all. */
  async #round({ device, isCanceled, end }: Extract<Step, { do: 'round' }>): Promise<void> {
    const crash = undefined;
    const terms = { deliverWithinMinutes: 60, graceSeconds: 0, maxPostponements: 1, mayReject: true };
    const none = { startsInMinutes: undefined, maxPerMinute: undefined, abortAfterFailures: undefined };
    await this.apply({ do: 'order', devices: [device], ...terms, ...none, crash });
    await this.#drain();
    await this.apply({ do: 'poll', device, isCopy: undefined, crash });
    await this.apply({ do: 'ack', device, receipt: undefined, isCopy: undefined, crash });
    if (isCanceled) await this.apply({ do: 'cancelTask', which: 0, crash });
    if (end === 'back') {
      await this.apply({ do: 'reboot', device, isCopy: undefined });
      await this.apply({ do: 'poll', device, isCopy: undefined, crash });
    } else if (end === 'away') {
      await this.apply({ do: 'wait', minutes: 21 });
      await this.apply({ do: 'sweep', crash });
    } else if (end === 'putOff') {
      await this.apply({ do: 'postpone', task: 0, minutes: 1, crash });
      await this.apply({ do: 'wait', minutes: 1 });
      await this.apply({ do: 'sweep', crash });
      await this.#drain();
      // Of the delivery before.
      await this.apply({ do: 'undelivered', message: Math.max(0, this.#system.sent.length - 2), crash });
    } else if (end === 'retire') {
      await this.apply({ do: 'retire', device, odds: isCanceled ? 0 : 1, crash });
    } else {
      await this.apply({ do: 'report', task: 0, result: end, isCopy: undefined, crash });
    }
  }

  /** One device's restart fails, which aborts its job; the others acknowledge while that is being noticed. */
  async #strike({ records }: Extract<Step, { do: 'strike' }>): Promise<void> {
    const crash = undefined;
    const terms = { deliverWithinMinutes: 60, graceSeconds: 0, maxPostponements: 0, mayReject: true };
    const none = { startsInMinutes: undefined, maxPerMinute: undefined };
    await this.apply({ do: 'order', devices: [0, 1, 2, 3], ...terms, ...none, abortAfterFailures: 1, crash });
    await this.#drain();
    for (let device = 0; device < DEVICES; device += 1)
      await this.apply({ do: 'poll', device, isCopy: undefined, crash });
    await this.apply({ do: 'ack', device: 0, receipt: undefined, isCopy: undefined, crash });
    const failing = this.#spec.openTaskOf(this.#device(0).id);
    const which = failing ? [...this.#spec.tasks.keys()].reverse().indexOf(failing.id) : 0;
    await this.apply({ do: 'report', task: which, result: 'failed', isCopy: undefined, crash });
    for (let i = 0; i < records; i += 1) await this.apply({ do: 'jobs', choices: [0], crash });
    for (let device = 1; device < DEVICES; device += 1) {
      await this.apply({ do: 'ack', device, receipt: undefined, isCopy: undefined, crash });
    }
  }

  async #do(step: Exclude<Step, { do: 'round' | 'strike' }>): Promise<void> {
    const spec = this.#spec;
    const system = this.#system;
    switch (step.do) {
      case 'order':
        return this.#order(step);
      case 'wait':
        system.clock.advance(step.minutes * MINUTE);
        spec.now = system.clock();
        return;
      case 'relay':
        return system.relay(step.choices, step.crash);
      case 'jobs':
        return system.jobs(step.choices, step.crash);
      case 'relayAgain':
        return system.relayAgain(step.count);
      case 'jobsAgain':
        return system.jobsAgain(step.count);
      case 'sweep': {
        const { outcome } = await system.sweep(step.crash);
        this.#followRetirements();
        for (const task of spec.tasks.values()) {
          if (outcome !== KILLED || system.store.tasks.get(task.id)?.version !== task.version) spec.tick(task);
        }
        return;
      }
      case 'poll':
        return this.#poll(step);
      case 'ack':
        return this.#acknowledge(step);
      case 'reboot': {
        const machine = this.#machine(this.#device(step.device).id, step.isCopy);
        this.#boots += 1;
        machine.boot = `boot-number-${this.#boots}`;
        machine.startedAt = spec.now;
        return;
      }
      case 'postpone': {
        const task = this.#task(step.task);
        if (!task || spec.devices.get(task.device)?.retired) return;
        const { outcome } = await system.postpone(task.device, task.id, step.minutes, step.crash);
        return this.#agree('postponing', outcome, [task], () => spec.postpone(task, step.minutes));
      }
      case 'report': {
        const task = this.#task(step.task);
        const device = task && spec.devices.get(task.device);
        if (!task || !device || device.retired) return;
        const boot = this.#boot(device.id, step.isCopy);
        const { outcome } = await system.report(task.device, task.id, step.result, boot, step.crash);
        return this.#agree(`reporting ${step.result}`, outcome, [task], () => spec.report(task, step.result, boot));
      }
      case 'undelivered': {
        const message = system.sent[step.message % Math.max(1, system.sent.length)];
        const task = message && spec.tasks.get(message.taskId);
        if (!task) return;
        const { outcome } = await system.undelivered(message, step.crash);
        return this.#agree('a dead letter', outcome, [task], () => {
          spec.undelivered(task, message.version);
          return 'ok';
        });
      }
      case 'cancelTask': {
        const task = this.#task(step.which);
        if (!task) return;
        const { outcome } = await system.cancelTask(task.id, step.crash);
        return this.#agree('canceling a task', outcome, [task], () => spec.cancel(task));
      }
      case 'cancelJob':
        return this.#cancelJob(step);
      case 'burst':
        return this.#burst(step);
      case 'retry':
        return this.#retry(step);
      case 'retire': {
        const device = this.#device(step.device);
        // Rarely: a retired device does nothing any more.
        if (device.retired || step.odds > 0) return;
        await system.retire(device.id, step.crash);
        return this.#followRetirements();
      }
    }
  }

  /** What was begun of retiring, and what the sweep has ended of that. */
  #followRetirements(): void {
    for (const device of this.#spec.devices.values()) {
      const { revokedAt, retiredAt } = this.#system.store.devices.get(device.id) ?? {};
      if (revokedAt !== undefined) this.#spec.revoke(device);
      if (retiredAt !== undefined && device.retired !== 'ended') this.#spec.retire(device);
    }
  }

  async #order(step: Extract<Step, { do: 'order' }>): Promise<void> {
    const { clock } = this.#system;
    const devices = step.devices.map((device) => this.#device(device)).filter(({ retired }) => !retired);
    if (devices.length === 0) return;
    const result = await this.#system.order(
      {
        deviceIds: devices.map(({ id }) => id),
        deliverWithinMinutes: step.deliverWithinMinutes,
        returnWithinMinutes: 20,
        graceSeconds: step.graceSeconds,
        maxPostponements: step.maxPostponements,
        mayReject: step.mayReject,
        force: false,
        ...(step.startsInMinutes !== undefined && {
          notBefore: new Date(clock() + step.startsInMinutes * MINUTE).toISOString(),
        }),
        ...(step.maxPerMinute !== undefined && { maxPerMinute: step.maxPerMinute }),
        ...(step.abortAfterFailures !== undefined && { abortAfterFailures: step.abortAfterFailures }),
      },
      step.crash,
    );
    if (result.outcome !== KILLED) expectSame('ordering', result.outcome, 'ok');
  }

  async #poll(step: Extract<Step, { do: 'poll' }>): Promise<void> {
    const device = this.#device(step.device);
    if (device.retired) return;
    const before = this.#spec.openTaskOf(device.id);
    const boot = this.#boot(device.id, step.isCopy);
    const result = await this.#system.poll(device.id, boot, step.crash);
    const stored = before && this.#system.store.tasks.get(before.id);
    if (result.outcome === 'ok' || stored?.version !== before?.version) this.#spec.seen(device.id, boot);
    if (result.outcome === 'ok' || this.#system.hasSeen(device.id, boot.boot)) this.#spec.note(device, boot.boot);
    for (const task of result.value?.tasks ?? []) {
      const open = this.#spec.openTaskOf(device.id);
      expectSame('a polled task', task.id, open?.id);
      if (task.state === 'queued' && this.#spec.now >= (open?.acknowledgeBy ?? 0)) differ('a late task was handed out');
      if (task.state !== 'queued' && task.state !== 'canceling') differ(`a task was handed out that is ${task.state}`);
      if (task.state === 'queued' && this.#spec.jobs.get(task.jobId)?.stop)
        differ('a task of a stopped job was handed out');
      if (task.state === 'canceling' && open?.boot !== boot.boot) differ('another machine was asked to give a task up');
      this.#receipts.push({ task: task.id, device: device.id, receipt: task.receipt });
    }
  }

  async #acknowledge(step: Extract<Step, { do: 'ack' }>): Promise<void> {
    const device = this.#device(step.device);
    if (device.retired) return;
    const own = this.#receipts.filter((receipt) => receipt.device === device.id);
    const chosen = step.receipt === undefined ? own.at(-1) : own[step.receipt % Math.max(1, own.length)];
    const task = chosen && this.#spec.tasks.get(chosen.task);
    if (!task) return;
    const version = Number(chosen.receipt.split('.')[0]);
    const { boot } = this.#boot(device.id, step.isCopy);
    const { outcome } = await this.#system.acknowledge(device.id, task.id, chosen.receipt, boot, step.crash);
    this.#agree('acknowledging', outcome, [task], () => this.#spec.acknowledge(task, version, boot));
  }

  async #cancelJob(step: Extract<Step, { do: 'cancelJob' | 'cancelTask' | 'retry' }>): Promise<void> {
    const id = this.#job(step.which);
    const job = id === undefined ? undefined : this.#spec.jobs.get(id);
    if (id === undefined || !job) return;
    const before = this.#system.store.jobs.get(id)?.state;
    const { outcome } = await this.#system.cancelJob(id, step.crash);
    const refused = before === 'completed' || before === 'aborted';
    if (outcome !== KILLED) expectSame('canceling a job', outcome, refused ? 'invalid_state' : 'ok');
    this.#noteCanceled(id, job);
  }

  #noteCanceled(id: Id, job: SpecJob): void {
    const state = this.#system.store.jobs.get(id)?.state;
    job.canceled = state === 'canceling' || state === 'canceled';
  }

  /** A job is canceled while its devices acknowledge: whoever does so before the cancellation is answered may be lucky. */
  async #burst({ which, delays }: Extract<Step, { do: 'burst' }>): Promise<void> {
    const id = this.#job(which);
    const job = id === undefined ? undefined : this.#spec.jobs.get(id);
    if (id === undefined || !job) return;
    const receipts = this.#receipts.filter(({ task }) => this.#spec.tasks.get(task)?.job === id);
    const latest = [...new Map(receipts.map((receipt) => [receipt.device, receipt])).values()];
    const acknowledging = latest
      .filter(({ device }) => !this.#spec.devices.get(device)?.retired)
      .map(async ({ task, device, receipt }, i) => {
        await ticks(delays[i] ?? 0);
        const { boot } = this.#boot(device, undefined);
        const { outcome } = await this.#system.acknowledge(device, task, receipt, boot);
        return { task, receipt, boot, outcome };
      });
    const [{ outcome }, ...all] = await Promise.all([this.#system.cancelJob(id), ...acknowledging]);
    const { stop } = job;
    for (const { task: taskId, receipt, boot, outcome: told } of all) {
      const task = this.#spec.tasks.get(taskId) ?? differ('a task is missing');
      // Those that the product allowed came before the cancellation, the others after it.
      job.stop = told === 'ok' ? stop : (stop ?? (outcome === 'ok' ? 'canceled' : undefined));
      const version = Number(receipt.split('.')[0]);
      expectSame('acknowledging beside a cancellation', told, this.#spec.acknowledge(task, version, boot));
    }
    job.stop = stop;
    this.#noteCanceled(id, job);
  }

  async #retry(step: Extract<Step, { do: 'cancelJob' | 'cancelTask' | 'retry' }>): Promise<void> {
    const id = this.#job(step.which);
    if (id === undefined) return;
    const job = this.#system.store.jobs.get(id);
    const failed = [...this.#system.store.counted.values()].filter(
      ({ jobId, state }) => jobId === id && ['failed', 'timedOut', 'expired'].includes(state),
    ).length;
    const { outcome } = await this.#system.retry(id, step.crash);
    const isOver = job !== undefined && job.state !== 'canceling' && job.endedAt !== undefined;
    const allowed = isOver && failed > 0;
    if (outcome !== KILLED) expectSame('retrying', outcome, allowed ? 'ok' : 'invalid_state');
  }

  /** Lets everything come to its end, and looks at what is left. */
  async finish(): Promise<void> {
    await this.#drain();
    await this.apply({ do: 'wait', minutes: 2 });
    await this.apply({ do: 'sweep', crash: undefined });
    await this.#drain();
    checkStopped(this.#spec, this.#system);
    for (let round = 0; round < 200; round += 1) {
      await this.#drain();
      if (![...this.#spec.tasks.values()].some(isOpen) && jobsAreOver(this.#system)) break;
      await this.apply({ do: 'wait', minutes: 60 });
      await this.apply({ do: 'sweep', crash: undefined });
    }
    checkEnd(this.#spec, this.#system);
  }

  async #drain(): Promise<void> {
    for (let steps = 0; !this.#system.isQuiet(); steps += 1) {
      if (steps > 5000) differ('the streams never come to rest');
      await this.apply({ do: 'relay', choices: [0], crash: undefined });
      await this.apply({ do: 'jobs', choices: [0], crash: undefined });
    }
  }
}
