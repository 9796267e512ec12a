/** One device on the local stack that is restarted, while admins cancel and order and its agent acts, at the same time. */
import type { Client } from '../../../lib/api/client.ts';
import { retireDevice } from '../../../lib/api/devices.ts';
import type { OperationAnswer } from '../../../lib/api/operation.ts';
import {
  acknowledgeTask,
  cancelRestartTask,
  getRestartTask,
  listJobTasks,
  orderRestart,
  postponeTask,
  reportResult,
} from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import { polledTasks, type TestDevice } from '../../integration/product/product.ts';
import { differ, expectSame } from '../difference.ts';
import { isOpen, RestartSpec, type SpecDevice, type SpecTask } from '../restart-spec.ts';
import type { Chance } from './chance.ts';
import type { Lane } from './lane.ts';
import { type Part, Recorder, type Told } from './recorder.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TERMS = {
  graceSeconds: 0,
  deliverWithinMinutes: 240,
  returnWithinMinutes: 20,
  maxPostponements: 1,
  mayReject: true,
};

type ApiTask = OperationAnswer<typeof getRestartTask>['body'];

type Found = (spec: RestartSpec, task: SpecTask, device: SpecDevice) => ReturnType<Part<RestartSpec>>;

/** A device that is retired is unknown. */
const ordered =
  (id: Id): Part<RestartSpec> =>
  (spec) =>
    spec.devices.get(id)?.retired ? 'invalid_request' : 'ok';

export class RestartLane implements Lane {
  spec: RestartSpec;
  readonly device: TestDevice;
  readonly #admins: readonly Client[];
  readonly #recorder = new Recorder<RestartSpec>();
  /** Tasks of which it is unknown what events they had. */
  readonly unseen = new Set<Id>();
  readonly #orders: Id[] = [];
  #receipt: string | undefined;
  #boots = 0;

  constructor(device: TestDevice, admins: readonly Client[], now: number) {
    this.device = device;
    this.#admins = admins;
    this.spec = new RestartSpec(now);
    this.spec.devices.set(device.id, { id: device.id, boot: device.boot, restarts: [], retired: false });
  }

  get isOver(): boolean {
    return this.spec.devices.get(this.device.id)?.retired === true;
  }

  get calls(): number {
    return this.#recorder.count;
  }

  get unanswered(): number {
    return this.#recorder.unanswered;
  }

  #on(id: Id, part: Found): Part<RestartSpec> {
    return (spec) => {
      const task = spec.tasks.get(id);
      const device = spec.devices.get(this.device.id);
      return task && device ? part(spec, task, device) : 'not_found';
    };
  }

  /** A device that was retired meanwhile is refused at once, or finds what its retirement has left. */
  #byDevice(id: Id, part: Found): Part<RestartSpec> {
    return this.#on(id, (spec, task, device) => {
      const told = part(spec, task, device);
      return device.retired && typeof told === 'string' ? ['unauthenticated', told] : told;
    });
  }

  /** What becomes of it is seen once all has come to rest: a task, or that it joined the one there was. */
  async #order(admin: Client, chance: Chance): Promise<void> {
    const idempotencyKey = `${this.device.id} ${chance.below(2 ** 32)}`;
    const make = () => admin(orderRestart, { body: { deviceIds: [this.device.id], ...TERMS } }, { idempotencyKey });
    // Made again with its key, an order that got no answer is one order all the same.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { outcome, answer } = await this.#recorder.call('order', [ordered(this.device.id)], make);
      if (answer) this.#orders.push(answer.body.id);
      if (outcome !== undefined) return;
    }
    differ('an order got no answer five times');
  }

  async #poll(): Promise<void> {
    const [task] = await polledTasks(this.device).catch(() => []);
    if (task && task.state === 'queued') this.#receipt = task.receipt;
  }

  #acknowledge(id: Id, receipt: string, boot: string): Promise<Told<unknown>> {
    const version = Number(receipt.split('.')[0]);
    const part = this.#byDevice(id, (spec, task) => spec.acknowledge(task, version, boot));
    return this.#recorder.call('acknowledge', [part], () =>
      this.device.call(acknowledgeTask, { params: { id }, body: { receipt, bootId: boot } }),
    );
  }

  #report(id: Id, outcome: 'succeeded' | 'failed' | 'rejected' | 'canceled', bootId: string): Promise<Told<unknown>> {
    const part = this.#byDevice(id, (spec, task) => spec.report(task, outcome, bootId));
    const body = { outcome, bootId, bootedAt: '2026-01-01T00:00:00Z' };
    return this.#recorder.call(`report ${outcome}`, [part], () =>
      this.device.call(reportResult, { params: { id }, body }),
    );
  }

  #postpone(id: Id): Promise<Told<unknown>> {
    const part = this.#byDevice(id, (spec, task) => spec.postpone(task, 10));
    return this.#recorder.call('postpone', [part], () =>
      this.device.call(postponeTask, { params: { id }, body: { minutes: 10 } }),
    );
  }

  #cancel(id: Id, admin: Client): Promise<Told<unknown>> {
    return this.#recorder.call('cancel', [this.#on(id, (spec, task) => spec.cancel(task))], () =>
      admin(cancelRestartTask, { params: { id } }),
    );
  }

  #retire(admin: Client): Promise<Told<unknown>> {
    const { id } = this.device;
    const part: Part<RestartSpec> = (spec) => {
      const device = spec.devices.get(id);
      if (!device || device.retired) return 'not_found';
      spec.retire(device);
      return 'ok';
    };
    return this.#recorder.call('retire', [part], () => admin(retireDevice, { params: { id } }));
  }

  /** A poll from another boot proves the restart, unless somebody changes the task at that moment. */
  async #comeBack(id: Id): Promise<void> {
    this.#boots += 1;
    this.device.boot = `boot-number-${this.#boots}`;
    const { boot } = this.device;
    const proof = this.#on(id, (spec) => {
      spec.seen(this.device.id, boot);
      return 'ok';
    });
    this.#recorder.perhaps('come back', [proof]);
    await this.#poll();
  }

  async act(chance: Chance): Promise<void> {
    const task = this.spec.openTaskOf(this.device.id);
    const admin = () => chance.of(this.#admins);
    if (!task) {
      await Promise.all(Array.from({ length: 1 + chance.below(2) }, () => this.#order(admin(), chance)));
      return;
    }
    if (task.state === 'queued' && this.#receipt === undefined) await this.#poll();
    const { boot } = this.device;
    const one = async (): Promise<unknown> => {
      if (chance.once(25)) return this.#retire(admin());
      if (chance.once(8)) return this.#order(admin(), chance);
      if (chance.once(5)) return this.#cancel(task.id, admin());
      if (task.state === 'queued' && this.#receipt !== undefined) {
        return this.#acknowledge(task.id, this.#receipt, chance.once(4) ? 'boot-of-another' : boot);
      }
      if (task.state === 'scheduled') return this.#poll();
      if (chance.once(3)) return this.#comeBack(task.id);
      if (chance.once(3)) return this.#postpone(task.id);
      return this.#report(
        task.id,
        chance.of(['succeeded', 'failed', 'rejected', 'canceled']),
        chance.once(2) ? boot : 'boot-of-another',
      );
    };
    await Promise.all(Array.from({ length: 2 + chance.below(3) }, one));
  }

  async judge(): Promise<void> {
    for (const id of [...this.spec.tasks.keys()].slice(-2)) {
      await this.#recorder.call(
        'read',
        ({ answer }) => [this.#on(id, (_, task) => (task.state === answer ? 'ok' : `is ${task.state}, not ${answer}`))],
        async () => (await this.#admins[0]?.(getRestartTask, { params: { id } }))?.body.state,
      );
    }
    this.spec = this.#recorder.judge(this.device.id, this.spec);
    await this.#adopt(this.#orders.splice(0));
    const { state } = this.spec.openTaskOf(this.device.id) ?? {};
    if (state !== 'queued') this.#receipt = undefined;
  }

  /** Takes over the tasks that orders have made, and looks that each other order has joined one. */
  async #adopt(orders: readonly Id[]): Promise<void> {
    const [admin] = this.#admins;
    const found: { order: Id; task: ApiTask }[] = [];
    for (const order of orders) {
      const { body } = (await admin?.(listJobTasks, { params: { id: order }, query: {} })) ?? differ('no admin');
      const [task] = body.items;
      if (!task || body.items.length > 1) return differ(`an order for one device has ${body.items.length} tasks`);
      found.push({ order, task });
    }
    for (const { order, task } of found) if (task.jobId === order) this.#adoptOne(order, task);
    for (const { task } of found) if (!this.spec.tasks.has(task.id)) differ('an order joined a task that nobody knows');
  }

  #adoptOne(job: Id, task: ApiTask): void {
    const { spec } = this;
    const isRetired = this.isOver;
    const open = spec.openTaskOf(this.device.id);
    if (open && isOpen({ state: task.state } as SpecTask)) differ('a device got a second open task');
    if (!isRetired) expectSame('a new task', task.state, open?.state === 'canceling' ? 'failed' : 'queued');
    const { deliverWithinMinutes, returnWithinMinutes, maxPostponements, mayReject } = TERMS;
    const orderedAt = Date.parse(task.createdAt);
    const times = { deliverMs: deliverWithinMinutes * MINUTE, returnMs: returnWithinMinutes * MINUTE, orderedAt };
    spec.jobs.set(job, { ...times, maxPostponements, mayReject, canceled: false, abortAfterFailures: undefined });
    const adopted: SpecTask = {
      id: task.id,
      job,
      device: this.device.id,
      state: task.state,
      version: 1,
      boot: undefined,
      notBefore: orderedAt,
      acknowledgeBy: Date.parse(task.acknowledgeBy),
      returnBy: 0,
      postponements: 0,
    };
    spec.tasks.set(task.id, adopted);
    // What became of it before its device was retired is seen by nobody.
    if (isRetired) this.unseen.add(task.id);
    else spec.announce(adopted);
  }

  moments(): number[] {
    const { tasks, devices } = this.spec;
    const restarts = [...devices.values()].flatMap((device) => device.restarts.map((at) => at + DAY));
    return [...tasks.values()]
      .flatMap(({ notBefore, acknowledgeBy, returnBy }) => [notBefore, acknowledgeBy, returnBy])
      .concat(restarts);
  }

  pass(now: number): void {
    this.spec.now = now;
    for (const task of this.spec.tasks.values()) this.spec.tick(task);
  }
}
