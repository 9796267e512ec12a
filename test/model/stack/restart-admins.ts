/** The admins who restart some devices, whose calls are noted. */
import type { Client } from '../../../lib/api/client.ts';
import { retireDevice } from '../../../lib/api/devices.ts';
import { cancelRestartJob, cancelRestartTask, orderRestart, retryRestartJob } from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import { differ } from '../difference.ts';
import { isOpen, type RestartSpec } from '../restart-spec.ts';
import type { Chance } from './chance.ts';
import { canceling, closing, ordering, retrying, tasksOf } from './job-calls.ts';
import type { Recorder } from './recorder.ts';
import { cancelingTask, retiring } from './restart-calls.ts';
import type { RestartJobs } from './restart-jobs.ts';
import { TERMS, termsAt } from './terms.ts';

export class RestartAdmins {
  readonly #spec: () => RestartSpec;
  readonly #jobs: RestartJobs;
  readonly #recorder: Recorder<RestartSpec>;

  /** @param spec as it was when all had come to rest last */
  constructor(spec: () => RestartSpec, jobs: RestartJobs, recorder: Recorder<RestartSpec>) {
    this.#spec = spec;
    this.#jobs = jobs;
    this.#recorder = recorder;
  }

  /** Made again with its key, an order that got no answer is one order all the same. */
  async #untilAnswered(call: () => Promise<{ outcome: string | undefined }>): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) if ((await call()).outcome !== undefined) return;
    differ('an order got no answer five times');
  }

  /** What becomes of it is seen once all has come to rest: tasks, or that it joined those there were. */
  async order(admin: Client, chance: Chance): Promise<void> {
    const all = [...this.#spec().devices.keys()];
    const idempotencyKey = `${all[0]} ${chance.below(2 ** 32)}`;
    const deviceIds = chance.once(2) ? all : [chance.of(all)];
    const isRegretted = chance.once(4);
    let id: Id | undefined;
    const part = ordering(deviceIds, termsAt(this.#spec().now), () => id);
    await this.#untilAnswered(() =>
      this.#recorder.call('order', [part], async () => {
        const { body } = await admin(orderRestart, { body: { deviceIds, ...TERMS } }, { idempotencyKey });
        id = body.id;
      }),
    );
    if (id === undefined) return;
    this.#jobs.add(id, { devices: deviceIds });
    if (isRegretted) await this.cancelJob(id, admin);
  }

  async retry(job: Id, admin: Client, chance: Chance): Promise<void> {
    const rested = this.#jobs.rested(job);
    if (!rested) return;
    const idempotencyKey = `${job} ${chance.below(2 ** 32)}`;
    let id: Id | undefined;
    const retry = { rested, terms: termsAt(this.#spec().now), made: () => id };
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
    if (id !== undefined) this.#jobs.add(id, { retryOf: job });
  }

  async cancelJob(id: Id, admin: Client): Promise<void> {
    for (const task of tasksOf(this.#spec(), id).filter(isOpen)) {
      this.#recorder.perhaps(`${task.id} is canceled with its job`, [closing(task.id)]);
    }
    await this.#recorder.call(
      `cancel the job ${id}`,
      ({ outcome }) => canceling(id, this.#jobs.rested(id), outcome),
      () => admin(cancelRestartJob, { params: { id } }),
    );
  }

  cancelTask(id: Id, admin: Client): Promise<unknown> {
    return this.#recorder.call(`cancel the task ${id}`, [cancelingTask(id)], () =>
      admin(cancelRestartTask, { params: { id } }),
    );
  }

  retire(id: Id, admin: Client): Promise<unknown> {
    return this.#recorder.call('retire', retiring(id), () => admin(retireDevice, { params: { id } }));
  }
}
