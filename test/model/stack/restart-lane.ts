/** A few devices on the local stack that are restarted, while admins order, cancel and retry and their agents act, at once. */
import { getRestartTask, type TaskState } from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import type { TestDevice } from '../../integration/product/product.ts';
import { eventOf, isOpen, RestartSpec, type SpecTask } from '../restart-spec.ts';
import type { Chance } from './chance.ts';
import type { Lane, LaneSetting } from './lane.ts';
import { Recorder } from './recorder.ts';
import { RestartAdmins } from './restart-admins.ts';
import { RestartAgent } from './restart-agent.ts';
import { reading } from './restart-calls.ts';
import { RestartJobs } from './restart-jobs.ts';

const DAY = 24 * 60 * 60_000;

export class RestartLane implements Lane {
  spec: RestartSpec;
  readonly jobs: RestartJobs;
  readonly #name: string;
  readonly #admins: LaneSetting['admins'];
  readonly #lastVersionOf: LaneSetting['lastVersionOf'];
  readonly #recorder: Recorder<RestartSpec>;
  readonly #calls: RestartAdmins;
  readonly #agents: readonly RestartAgent[];

  constructor(devices: readonly TestDevice[], { admins, now, tally, lastVersionOf }: LaneSetting) {
    this.#name = devices.map(({ id }) => id).join(' and ');
    this.#admins = admins;
    this.#lastVersionOf = lastVersionOf;
    this.#recorder = new Recorder(tally);
    this.#agents = devices.map((device) => new RestartAgent(device, this.#recorder));
    this.spec = new RestartSpec(now);
    for (const { id } of devices) this.spec.devices.set(id, { id, restarts: [], retired: undefined, seen: [] });
    this.jobs = new RestartJobs(admins[0], this.#recorder);
    this.#calls = new RestartAdmins(() => this.spec, this.jobs, this.#recorder);
  }

  get isOver(): boolean {
    return [...this.spec.devices.values()].some(({ retired }) => retired !== undefined);
  }

  get calls(): number {
    return this.#recorder.count;
  }

  get unanswered(): number {
    return this.#recorder.unanswered;
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
        return this.#calls.retry(chance.of(known), admin, chance);
      }
      if (open.length === 0 || chance.once(8)) return this.#calls.order(admin, chance);
      if (chance.once(30)) return this.#calls.retire(chance.of(this.#agents).device.id, admin);
      const { task, agent } = chance.of(open);
      if (chance.once(5)) return this.#calls.cancelJob(chance.once(2) ? task.job : chance.of(known), admin);
      return chance.once(6) ? this.#calls.cancelTask(task.id, admin) : agent.act(task, chance);
    };
    await Promise.all(Array.from({ length: (open.length === 0 ? 1 : 3) + chance.below(3) }, one));
  }

  async judge(): Promise<void> {
    const open = [...this.spec.tasks.values()].filter(isOpen);
    await Promise.all(
      open.map(({ id, version }) =>
        this.#recorder.call(
          `read the task ${id}`,
          ({ answer }) => [reading(id, answer, this.#versionTold(id, answer, version))],
          async () => (await this.#admins[0](getRestartTask, { params: { id } })).body.state,
        ),
      ),
    );
    const read = await this.jobs.read();
    this.spec = this.#recorder.judge(this.#name, this.spec);
    await this.jobs.adopt(this.spec, open);
    this.jobs.check(this.spec, read);
  }

  /** Where it is not newer than what is known, nothing was published of it since, or that was lost. */
  #versionTold(id: Id, state: TaskState | undefined, known: number): number | undefined {
    const told = state && eventOf(state) ? this.#lastVersionOf(id) : undefined;
    return told !== undefined && told > known ? told : undefined;
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
    for (const device of this.spec.devices.values()) if (device.retired === 'begun') this.spec.retire(device);
    for (const task of this.spec.tasks.values()) this.spec.tick(task);
  }
}
