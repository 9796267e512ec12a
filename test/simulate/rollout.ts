/**
 * An order to restart every device: who has got the task, who counts down, who is off. The order's expansion and its
 * messages take no time here, which is harder on the API than the truth.
 */
import { MINUTE, SECOND } from '../../lib/clock.ts';
import type { Gate } from './device-records.ts';
import { type DeviceStates, FIELD } from './device-states.ts';
import type { Fleet } from './fleet.ts';
import { Load } from './load.ts';

/** The stages of a device; 0 is waiting for its task. */
const COUNTING_DOWN = 1;
const OFF = 2;
const BACK = 3;

/** From the system's shutdown until the agent runs again, in milliseconds: made up. */
const OFF_AT_LEAST_MS = MINUTE;
const OFF_AT_MOST_MS = 3 * MINUTE;

export type RolloutOptions = {
  readonly graceSeconds?: number;
  /** Devices whose task becomes due in each minute; all at once without it. */
  readonly maxPerMinute?: number;
};

export class Rollout {
  /** Devices that were handed their task, and devices that are back. */
  readonly handed = new Load();
  readonly back = new Load();

  readonly #orderedMs: number;
  readonly #graceMs: number;
  readonly #maxPerMinute: number;
  readonly #states: DeviceStates;

  constructor(fleet: Fleet, { graceSeconds = 300, maxPerMinute = Number.POSITIVE_INFINITY }: RolloutOptions = {}) {
    this.#orderedMs = fleet.now * SECOND;
    this.#graceMs = graceSeconds * SECOND;
    this.#maxPerMinute = maxPerMinute;
    this.#states = fleet.states;
  }

  /** @returns what the poll finds in the device's gate. A task that is ready is handed out and acknowledged at once. */
  poll(fleet: Fleet, device: number, nowMs: number): Gate {
    const stage = this.#states.get(device, FIELD.stage);
    if (stage === COUNTING_DOWN) return 'inProgress';
    if (stage === BACK) return 'closed';
    if (nowMs < this.#readyMs(device)) return 'scheduled';
    this.#states.set(device, FIELD.stage, COUNTING_DOWN);
    this.#states.set(device, FIELD.actsAtMs, nowMs + this.#graceMs);
    this.handed.add(Math.floor(nowMs / SECOND));
    fleet.request(nowMs);
    return 'queued';
  }

  /** The end of the grace, in virtual milliseconds; `undefined` when none runs. */
  actsAtMs(device: number): number | undefined {
    const { stage, actsAtMs } = FIELD;
    return this.#states.get(device, stage) === COUNTING_DOWN ? this.#states.get(device, actsAtMs) : undefined;
  }

  /** Shuts down or comes back, whichever is due. @returns false when neither is, and the device polls */
  act(fleet: Fleet, device: number, nowMs: number): boolean {
    if (nowMs >= (this.actsAtMs(device) ?? Number.POSITIVE_INFINITY)) {
      this.#states.set(device, FIELD.stage, OFF);
      fleet.wake(device, nowMs + OFF_AT_LEAST_MS + fleet.random() * (OFF_AT_MOST_MS - OFF_AT_LEAST_MS));
      return true;
    }
    if (this.#states.get(device, FIELD.stage) !== OFF) return false;
    this.#states.set(device, FIELD.stage, BACK);
    this.back.add(Math.floor(nowMs / SECOND));
    // The agent reports what it has restarted before it polls.
    fleet.request(nowMs);
    fleet.boot(device, nowMs);
    return true;
  }

  /** The sweep readies a minute's share at a time. */
  #readyMs(device: number): number {
    return this.#orderedMs + Math.floor(device / this.#maxPerMinute) * MINUTE;
  }
}
