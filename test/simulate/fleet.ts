/**
 * A fleet of virtual agents that polls a virtual server. How long each one waits is the product's own code; that a poll
 * answers at once, and what PCs do besides, is made up here.
 */
import { DAY, SECOND } from '../../lib/clock.ts';
import { isNews, SEEN_AGAIN_AFTER_MS } from '../../lib/devices/sighting.ts';
import { BOOT_1 } from '../unit/support/fixtures.ts';
import { Calendar } from './calendar.ts';
import { deviceRecords, type Gate } from './device-records.ts';
import { DeviceStates, FIELD } from './device-states.ts';
import { Load } from './load.ts';
import { type Pacing, PRODUCT } from './pacing.ts';
import { type Random, seededRandom } from './random.ts';
import type { Rollout } from './rollout.ts';

export type FleetOptions = {
  readonly devices: number;
  readonly seed: number;
  /** How many of all count as just booted at every poll, as a PC in use does: from 0 to 1. */
  readonly activeShare?: number;
  readonly pacing?: Pacing;
};

/** Virtual time begins here, so that a boot long before has a date. */
const START = Date.UTC(2026, 0, 31, 12);

/** Few enough to be still in the cache when their turn comes. */
const FETCHED_AT_ONCE = 512;

export class Fleet {
  readonly devices: number;
  readonly states: DeviceStates;
  readonly random: Random;
  /** Every request to the API. */
  readonly requests = new Load();
  /** Polls that were worth a write of `lastSeenAt`. */
  readonly sightings = new Load();
  /** Whether every request fails. */
  isDown = false;
  rollout: Rollout | undefined;
  /** Whole seconds of virtual time that have passed. */
  now = 0;

  readonly #activeShare: number;
  readonly #pacing: Pacing;
  readonly #calendar: Calendar;
  readonly #records = deviceRecords();
  readonly #sighting = { bootId: BOOT_1, bootedAt: START, agentVersion: this.#records.closed.agentVersion };

  constructor({ devices, seed, activeShare = 0.05, pacing = PRODUCT }: FleetOptions) {
    this.devices = devices;
    this.states = new DeviceStates(devices);
    this.random = seededRandom(seed);
    this.#activeShare = activeShare;
    this.#pacing = pacing;
    this.#calendar = new Calendar(devices);
    // Long after they were switched on, devices are anywhere between two polls.
    for (let device = 0; device < devices; device += 1) {
      this.states.set(device, FIELD.bootedMs, -7 * DAY);
      const paceMs = this.#paceMs(device, 0, 'closed');
      this.states.set(device, FIELD.seenMs, -this.random() * SEEN_AGAIN_AFTER_MS);
      this.states.set(device, FIELD.paceMs, paceMs);
      this.wake(device, this.random() * paceMs);
    }
  }

  /** Lets virtual time pass until the end of this many seconds more. */
  pass(seconds: number): void {
    const calendar = this.#calendar;
    for (const end = this.now + seconds; this.now < end; this.now += 1) {
      for (let count = calendar.take(this.now); count > 0; count = calendar.take(this.now)) {
        for (let i = 0; i < count; i += 1) {
          if (i % FETCHED_AT_ONCE === 0) this.states.fetch(calendar.taken, i, Math.min(i + FETCHED_AT_ONCE, count));
          this.#turn(calendar.taken[i] as number);
        }
      }
    }
  }

  /** @param atMs what the device does then, it does instead of what it had to do next */
  wake(device: number, atMs: number): void {
    this.states.set(device, FIELD.dueMs, atMs);
    this.#calendar.put(device, Math.floor(atMs / SECOND));
  }

  /** The device is back after a restart, and polls soon. */
  boot(device: number, nowMs: number): void {
    this.states.set(device, FIELD.bootedMs, nowMs);
    this.wake(device, nowMs + this.#pacing.startDelayMs(this.random()));
  }

  request(nowMs: number): void {
    this.requests.add(Math.floor(nowMs / SECOND));
  }

  #turn(device: number): void {
    const nowMs = this.states.get(device, FIELD.dueMs);
    if (!this.rollout?.act(this, device, nowMs)) this.#poll(device, nowMs);
  }

  #poll(device: number, nowMs: number): void {
    this.request(nowMs);
    if (this.isDown) {
      const failures = this.states.get(device, FIELD.failures) + 1;
      this.states.set(device, FIELD.failures, failures);
      this.wake(
        device,
        nowMs + this.#pacing.afterFailureMs(failures, this.random(), this.states.get(device, FIELD.paceMs)),
      );
      return;
    }
    this.states.set(device, FIELD.failures, 0);
    const gate = this.rollout?.poll(this, device, nowMs) ?? 'closed';
    const paceMs = this.#paceMs(device, nowMs, gate);
    const next = nowMs + paceMs;
    this.states.set(device, FIELD.paceMs, paceMs);
    this.#see(device, nowMs);
    this.wake(device, Math.min(next, this.rollout?.actsAtMs(device) ?? next));
  }

  #paceMs(device: number, nowMs: number, gate: Gate): number {
    const record = this.#records[gate];
    this.rollout?.fill(record, device, START);
    record.bootedAt = START + (this.#isActive(device) ? nowMs : this.states.get(device, FIELD.bootedMs));
    return this.#pacing.pollDelayMs(this.#pacing.pollAfterSeconds(record, START + nowMs, this.random));
  }

  #see(device: number, nowMs: number): void {
    const record = this.#records.closed;
    record.lastSeenAt = START + this.states.get(device, FIELD.seenMs);
    if (!isNews(record, this.#sighting, START + nowMs)) return;
    this.states.set(device, FIELD.seenMs, nowMs);
    this.sightings.add(Math.floor(nowMs / SECOND));
  }

  /** Spread evenly over the fleet, and exactly that share of it. */
  #isActive(device: number): boolean {
    return Math.floor((device + 1) * this.#activeShare) > Math.floor(device * this.#activeShare);
  }
}
