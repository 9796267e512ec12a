/** A few devices on the local stack that are restarted, while admins order, cancel and retry and their agents act, at once. */
import type { Client } from '../../../lib/api/client.ts';
import { retireDevice } from '../../../lib/api/devices.ts';
import {
  cancelRestartJob,
  cancelRestartTask,
  getRestartTask,
  orderRestart,
  retryRestartJob,
} from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import type { TestDevice } from '../../integration/product/product.ts';
import { differ } from '../difference.ts';
import { isOpen, RestartSpec, type SpecTask } from '../restart-spec.ts';
import type { Chance } from './chance.ts';
import { canceling, closing, ordering, retrying, tasksOf } from './job-calls.ts';
import type { Lane, LaneSetting } from './lane.ts';
import { Recorder } from './recorder.ts';
import { RestartAgent } from './restart-agent.ts';
import { cancelingTask, reading, retiring } from './restart-calls.ts';
import { RestartJobs, TERMS, termsAt } from './restart-jobs.ts';

const DAY = 24 * 60 * 60_000;

export class RestartLane implements Lane {
  spec: RestartSpec;
  readonly jobs: RestartJobs;
  readonly #name: string;
  readonly #admins: LaneSetting['admins'];
  readonly #recorder: Recorder<RestartSpec>;
  readonly #agents: readonly RestartAgent[];

  constructor(devices: readonly TestDevice[], { admins, now, tally }: LaneSetting) {
    this.#name = devices.map(({ id }) => id).join(' and ');
    this.#admins = admins;
    this.#recorder = new Recorder(tally);
    this.#agents = devices.map((device) => new RestartAgent(device, this.#recorder));
    this.spec = new RestartSpec(now);
    for (const { id, boot } of devices) this.spec.devices.set(id, { id, boot, restarts: [], retired: false });
    this.jobs = new RestartJobs(admins[0], this.#recorder);
  }

  get isOver(): boolean {
    return [...this.spec.devices.values()].some(({ retired }) => retired);
  }

  get calls(): number {
    return this.#recorder.count;
  }

  get unanswered(): number {
    return this.#recorder.unanswered;
  }

  /** Made again with its key, an order that got no answer is one order all the same. */
  async #untilAnswered(call: () => Promise<{ outcome: string | undefined }>): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) if ((await call()).outcome !== undefined) return;
    differ('an order got no answer five times');
  }

  /** What becomes of it is seen once all has come to rest: tasks, or that it joined those there were. */
  async #order(admin: Client, chance: Chance): Promise<void> {
    const idempotencyKey = `${this.#name} ${chance.below(2 ** 32)}`;
    const all = this.#agents.map(({ device }) => device.id);
    const deviceIds = chance.once(2) ? all : [chance.of(all)];
    const isRegretted = chance.once(4);
    let id: Id | undefined;
    const part = ordering(deviceIds, termsAt(this.spec.now), () => id);
    await this.#untilAnswered(() =>
      this.#recorder.call('order', [part], async () => {
        const { body } = await admin(orderRestart, { body: { deviceIds, ...TERMS } }, { idempotencyKey });
        id = body.id;
      }),
    );
    if (id === undefined) return;
    this.jobs.add(id, { devices: deviceIds });
    if (isRegretted) await this.#cancelJob(id, admin);
  }

  async #retry(job: Id, admin: Client, chance: Chance): Promise<void> {
    const rested = this.jobs.rested(job);
    if (!rested) return;
    const idempotencyKey = `${this.#name} ${chance.below(2 ** 32)}`;
    let id: Id | undefined;
    const retry = { rested, terms: termsAt(this.spec.now), made: () => id };
    await this.#untilAnswered(() =>
      this.#recorder.call(
        `retry the job ${job}`,
        ({ outcome }) => [retrying(job, retry, outcome)],
        async () => {
          const { body } = await admin(retryRestartJob, { params: { id: job } }, { idempotencyKey });
          id = body.id;
        },
      ),
    );
    if (id !== undefined) this.jobs.add(id, { retryOf: job });
  }

  async #cancelJob(id: Id, admin: Client): Promise<void> {
    for (const task of tasksOf(this.spec, id).filter(isOpen)) {
      this.#recorder.perhaps(`${task.id} is canceled with its job`, [closing(task.id)]);
    }
    await this.#recorder.call(
      `cancel the job ${id}`,
      ({ outcome }) => [canceling(id, this.jobs.rested(id), outcome)],
      () => admin(cancelRestartJob, { params: { id } }),
    );
  }

  #cancelTask(id: Id, admin: Client): Promise<unknown> {
    return this.#recorder.call(`cancel the task ${id}`, [cancelingTask(id)], () =>
      admin(cancelRestartTask, { params: { id } }),
    );
  }

  #retire(id: Id, admin: Client): Promise<unknown> {
    return this.#recorder.call('retire', [retiring(id)], () => admin(retireDevice, { params: { id } }));
  }

  #openTasks(): { task: SpecTask; agent: RestartAgent }[] {
    return this.#agents.flatMap((agent) => {
      const task = this.spec.openTaskOf(agent.device.id);
      return task ? [{ task, agent }] : [];
    });
  }

  /** A few calls at once, most of them at what makes sense now. */
  async act(chance: Chance): Promise<void> {
    const open = this.#openTasks();
    await Promise.all(open.map(({ task, agent }) => agent.fetch(task)));
    const known = [...this.spec.jobs.keys()].slice(-3);
    const one = async (): Promise<unknown> => {
      const admin = chance.of(this.#admins);
      if (known.length > 0 && chance.once(open.length === 0 ? 2 : 8)) {
        return this.#retry(chance.of(known), admin, chance);
      }
      if (open.length === 0 || chance.once(8)) return this.#order(admin, chance);
      if (chance.once(30)) return this.#retire(chance.of(this.#agents).device.id, admin);
      const { task, agent } = chance.of(open);
      if (chance.once(5)) return this.#cancelJob(chance.once(2) ? task.job : chance.of(known), admin);
      return chance.once(6) ? this.#cancelTask(task.id, admin) : agent.act(task, chance);
    };
    await Promise.all(Array.from({ length: (open.length === 0 ? 1 : 3) + chance.below(3) }, one));
  }

  async judge(): Promise<void> {
    const open = [...this.spec.tasks.values()].filter(isOpen);
    await Promise.all(
      open.map(({ id }) =>
        this.#recorder.call(
          `read the task ${id}`,
          ({ answer }) => [reading(id, answer)],
          async () => (await this.#admins[0](getRestartTask, { params: { id } })).body.state,
        ),
      ),
    );
    const read = await this.jobs.read();
    this.spec = this.#recorder.judge(this.#name, this.spec);
    await this.jobs.adopt(this.spec, open);
    this.jobs.check(this.spec, read);
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
