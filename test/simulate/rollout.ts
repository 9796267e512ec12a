/**
 * An order to restart every device: who has got the task, who counts down, who is off. The order's expansion and its
 * messages take no time here, which is harder on the API than the truth.
 */
import { MINUTE, SECOND } from '../../lib/clock.ts';
import { spreadMs, underWayPollSeconds } from '../../lib/restarts/pace.ts';
import { aJob } from '../unit/support/fixtures.ts';
import type { DeviceRecord, Gate } from './device-records.ts';
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
  /** Devices whose task becomes due in each minute; without it, the order is spread as its size has it. */
  readonly maxPerMinute?: number;
  /** For the product's own pace; the fleet's size, unless a smaller one stands for it. */
  readonly expectedDevices?: number;
};

export class Rollout {
  /** Devices that were handed their task, and devices that are back. */
  readonly handed = new Load();
  readonly back = new Load();

  readonly #orderedMs: number;
  readonly #graceMs: number;
  readonly #pollSeconds: number | undefined;
  readonly #spreadMs: number;
  readonly #devices: number;
  readonly #states: DeviceStates;

  constructor(fleet: Fleet, options: RolloutOptions = {}) {
    const { graceSeconds = 300, maxPerMinute, expectedDevices = fleet.devices } = options;
    this.#orderedMs = fleet.now * SECOND;
    this.#graceMs = graceSeconds * SECOND;
    const job = aJob({ graceSeconds, expectedDevices });
    this.#pollSeconds = underWayPollSeconds(job);
    this.#devices = fleet.devices;
    this.#spreadMs = maxPerMinute === undefined ? spreadMs(job) : (fleet.devices / maxPerMinute) * MINUTE;
    this.#states = fleet.states;
  }

  /** @returns what the poll finds in the device's gate. A task that is ready is handed out and acknowledged at once. */
  poll(fleet: Fleet, device: number, nowMs: number): Gate {
    const stage = this.#states.get(device, FIELD.stage);
    if (stage === COUNTING_DOWN) return 'inProgress';
    if (stage === BACK) return 'restarted';
    if (nowMs < this.#readyMs(device)) return 'scheduled';
    this.#states.set(device, FIELD.stage, COUNTING_DOWN);
    this.#states.set(device, FIELD.actsAtMs, nowMs + this.#graceMs);
    this.handed.add(Math.floor(nowMs / SECOND));
    fleet.request(nowMs);
    return 'queued';
  }

  /** @param start what virtual time begins with */
  fill(record: DeviceRecord, device: number, start: number): void {
    const actsAtMs = this.#states.get(device, FIELD.actsAtMs);
    const seconds = this.#pollSeconds;
    if (record.openRestart) {
      record.openRestart.changedAt = start + actsAtMs - this.#graceMs;
      if (seconds !== undefined) record.openRestart.underWayPollSeconds = seconds;
    } else if (seconds !== undefined && this.#states.get(device, FIELD.stage) === BACK) {
      record.restartedWithFleetAt = start + actsAtMs;
    }
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
    this.#states.set(device, FIELD.actsAtMs, nowMs);
    this.back.add(Math.floor(nowMs / SECOND));
    // The agent reports what it has restarted before it polls.
    fleet.request(nowMs);
    fleet.boot(device, nowMs);
    return true;
  }

  /** The sweep readies a minute's share at a time. Which share a device is in has nothing to do with when it polls. */
  #readyMs(device: number): number {
    return this.#orderedMs + Math.ceil(((device / this.#devices) * this.#spreadMs) / MINUTE) * MINUTE;
  }
}
