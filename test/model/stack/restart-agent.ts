/** The agent of one device, whose calls are noted. */
import { acknowledgeTask, postponeTask, reportResult } from '../../../lib/api/restarts.ts';
import type { Id } from '../../../lib/ids.ts';
import { polledTasks, type TestDevice } from '../../integration/product/product.ts';
import type { RestartSpec, SpecTask } from '../restart-spec.ts';
import type { Chance } from './chance.ts';
import type { Recorder } from './recorder.ts';
import { acknowledging, comingBack, postponing, type Reported, reporting } from './restart-calls.ts';

/** Of a machine that never polls, and so was never seen. */
const OTHER_BOOT = 'boot-of-another';
const MINUTES = 10;

export class RestartAgent {
  readonly device: TestDevice;
  readonly #recorder: Recorder<RestartSpec>;
  readonly #receipts = new Map<Id, string>();
  /** The tasks that this very boot has acknowledged, as far as it knows. */
  readonly #acknowledged = new Map<Id, string>();
  #boots = 0;

  constructor(device: TestDevice, recorder: Recorder<RestartSpec>) {
    this.device = device;
    this.#recorder = recorder;
  }

  async poll(): Promise<void> {
    const tasks = await polledTasks(this.device).catch(() => []);
    for (const { id, state, receipt } of tasks) if (state === 'queued') this.#receipts.set(id, receipt);
  }

  /** Polls for the task until it has a receipt of it. */
  async fetch({ id, state }: SpecTask): Promise<void> {
    if (state !== 'queued') this.#receipts.delete(id);
    else if (!this.#receipts.has(id)) await this.poll();
  }

  /** Something that makes sense, or almost. */
  act({ id, state }: SpecTask, chance: Chance): Promise<unknown> {
    const { boot } = this.device;
    const receipt = this.#receipts.get(id);
    if (state === 'queued' && receipt !== undefined) {
      return this.#acknowledge(id, receipt, chance.once(4) ? OTHER_BOOT : boot);
    }
    if (state === 'queued' || state === 'scheduled') return this.poll();
    if (chance.once(3)) return this.#comeBack();
    if (chance.once(3)) return this.#postpone(id);
    const outcome = chance.of<Reported>(['succeeded', 'failed', 'rejected', 'canceled']);
    // Where another boot acknowledged, this one was seen before that, or was not: nobody knows.
    const isOurs = this.#acknowledged.get(id) === boot;
    return this.#report(id, outcome, isOurs && chance.once(2) ? boot : OTHER_BOOT);
  }

  #acknowledge(id: Id, receipt: string, bootId: string): Promise<unknown> {
    return this.#recorder.call('acknowledge', [acknowledging(id, receipt, bootId)], async () => {
      const answer = await this.device.call(acknowledgeTask, { params: { id }, body: { receipt, bootId } });
      this.#acknowledged.set(id, bootId);
      return answer;
    });
  }

  #report(id: Id, outcome: Reported, bootId: string): Promise<unknown> {
    const body = { outcome, bootId, bootedAt: '2026-01-01T00:00:00Z' };
    return this.#recorder.call(`report ${outcome}`, [reporting(id, outcome, bootId)], () =>
      this.device.call(reportResult, { params: { id }, body }),
    );
  }

  #postpone(id: Id): Promise<unknown> {
    return this.#recorder.call('postpone', [postponing(id, MINUTES)], () =>
      this.device.call(postponeTask, { params: { id }, body: { minutes: MINUTES } }),
    );
  }

  async #comeBack(): Promise<void> {
    this.#boots += 1;
    this.device.boot = `boot-number-${this.#boots}`;
    this.#recorder.perhaps('come back', [comingBack(this.device.id, this.device.boot)]);
    await this.poll();
  }
}
