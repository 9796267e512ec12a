import type { AssistanceRequest } from '../../lib/assistance/model.ts';
import type { Id } from '../../lib/ids.ts';
import { T0 } from '../unit/support/time.ts';
import { checkAlerts } from './assistance-alerts.ts';
import { Approvals } from './assistance-approval.ts';
import { checkClosed, checkEvents, compare, latestOf } from './assistance-checks.ts';
import {
  ANSWERS,
  AssistanceSpec,
  CLIMB_AFTER_MINUTES,
  FOUR_HOURS,
  isOpen,
  type Outcome,
  type SpecDevice,
  type SpecRequest,
} from './assistance-spec.ts';
import { actorOf, type Step } from './assistance-steps.ts';
import { createSystem, type System } from './assistance-system.ts';
import type { Coverage } from './coverage.ts';
import { differ, expectSame } from './difference.ts';
import { KILLED } from './outcome.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DEVICES = 3;

type StepOf<Name extends Step['do']> = Extract<Step, { do: Name }>;

const chosen = <T>(from: readonly T[], choice: number): T | undefined => from[choice % Math.max(1, from.length)];

export class AssistanceRun {
  readonly #spec = new AssistanceSpec(T0);
  readonly #system: System;
  readonly #approvals: Approvals;
  #isOnboarded = true;
  #toldTwice = false;

  constructor(coverage: Coverage) {
    this.#system = createSystem(DEVICES, (id) => this.#kept(id), coverage);
    this.#approvals = new Approvals(
      this.#spec,
      this.#system,
      () => this.#isOnboarded,
      (step) => this.apply(step),
    );
    for (const id of this.#system.deviceIds) {
      this.#spec.addDevice(id);
    }
  }

  async apply(step: Step): Promise<void> {
    await this.#do(step);
    await compare(this.#spec, this.#system);
  }

  #device(choice: number): SpecDevice {
    return chosen([...this.#spec.devices.values()], choice) ?? differ('a device is missing');
  }

  #kept(id: Id): void {
    const request = this.#spec.requests.get(id);
    if (request) request.isForgotten = false;
  }

  get #latest(): SpecRequest[] {
    return latestOf(this.#spec);
  }

  #stored(request: SpecRequest): AssistanceRequest | undefined {
    return this.#system.store.requests.get(request.id);
  }

  /** A killed call may have had its effect or not; the store says which. */
  #agree(what: string, outcome: Outcome, request: SpecRequest, expected: () => Outcome): void {
    if (outcome !== KILLED) expectSame(what, outcome, expected());
    else if (this.#stored(request)?.state !== request.state) expected();
  }

  async #do(step: Step): Promise<void> {
    const system = this.#system;
    switch (step.do) {
      case 'ask':
        return this.#ask(step);
      case 'approve': {
        const request = chosen(this.#latest, step.request);
        return request && this.#approvals.approve(request, step);
      }
      case 'answer':
        return this.#answer(step);
      case 'wait':
        return this.#wait(step.ms);
      case 'waitFor': {
        const moment = chosen(this.#moments(), step.moment);
        return moment === undefined ? undefined : this.#wait(Math.max(0, moment + step.offset - this.#spec.now));
      }
      case 'sweep':
        return this.#sweep(step);
      case 'consume':
        if (step.consumer === 'alerts' && step.crash) this.#toldTwice = true;
        return system.consume(step.consumer, step.choices, step);
      case 'consumeAgain':
        return system.consumeAgain(step.consumer, step.count);
      case 'sweepAlerts':
        if (step.crash) this.#toldTwice = true;
        await system.sweepAlerts(step);
        return;
      case 'acknowledgeAlert': {
        const alert = chosen([...system.store.alerts.values()], step.alert);
        if (alert) await system.acknowledgeAlert(alert.id, step);
        return;
      }
      case 'deleteByTable': {
        const due = this.#latest.filter((one) => one.state === 'pending' && this.#spec.isGone(one));
        const request = chosen(due, step.request);
        if (!request) return;
        system.deleteByTable(request.id);
        return this.#spec.forget(request);
      }
      case 'endAtProvider': {
        const request = chosen(this.#latest, step.request);
        return request && system.endAtProvider(this.#stored(request)?.session?.code);
      }
      case 'onboard':
        this.#isOnboarded = step.isOnboarded;
        return system.setOnboarded(step.isOnboarded);
      case 'idle':
        return this.#idle(step.minutes);
      case 'round':
        return this.#round(step);
      case 'retire': {
        const device = this.#device(step.device);
        // Rarely: a retired device does nothing any more.
        if (device.isRevoked || step.odds > 0) return;
        return this.#retire(device, step);
      }
    }
  }

  async #ask(step: StepOf<'ask'>): Promise<void> {
    const device = this.#device(step.device);
    if (device.isRevoked) return;
    const before = this.#system.store.requests.size;
    const result = await this.#system.ask(device.id, step);
    const expected = this.#spec.mayAsk(device);
    if (result.outcome !== KILLED) expectSame('asking', result.outcome, expected);
    const created = [...this.#system.store.requests.keys()].slice(before);
    if (created.length > (expected === 'ok' ? 1 : 0))
      differ(`${created.length} requests were made where asking is ${expected}`);
    for (const id of created) this.#spec.ask(device, id);
  }

  async #answer(step: StepOf<'answer'>): Promise<void> {
    const request = chosen(this.#latest, step.request);
    if (!request) return;
    const others = [...this.#spec.devices.keys()].filter((id) => id !== request.device);
    const device = step.isStranger && step.request % 5 === 0 ? (others[0] as Id) : request.device;
    const isAdmin = ANSWERS[step.what].by === 'admin';
    if (!isAdmin && this.#spec.devices.get(device)?.isRevoked) return;
    const by = isAdmin ? actorOf(step.by) : device;
    const { outcome } = await this.#system.answer(request.id, step.what, by, step);
    this.#agree(step.what, outcome, request, () => this.#spec.answer(request, step.what, isAdmin ? 'admin' : device));
  }

  #wait(ms: number): void {
    this.#system.advance(ms);
    this.#spec.now = this.#system.clock();
  }

  /** When something changes by itself. */
  #moments(): number[] {
    return this.#latest
      .flatMap(({ createdAt, attempts, session }) => [
        createdAt + FOUR_HOURS,
        ...CLIMB_AFTER_MINUTES.map((minutes) => createdAt + minutes * MINUTE),
        ...attempts.values(),
        ...(session ? [session.validUntil] : []),
      ])
      .filter((at) => at >= this.#spec.now);
  }

  async #sweep(step: StepOf<'sweep'>): Promise<void> {
    const { outcome } = await this.#system.sweep(step);
    this.#followRetirements();
    for (const request of this.#spec.requests.values()) {
      const stored = this.#stored(request);
      const isChanged = stored === undefined ? request.state !== 'gone' : (stored.level ?? 0) !== request.level;
      if (outcome !== KILLED || isChanged) this.#spec.tick(request);
    }
    const over = [...this.#spec.requests.values()].filter((one) =>
      this.#spec.isSessionOver(one, this.#isOverAtProvider(one)),
    );
    const swept = await this.#system.sweepSessions(step);
    for (const request of over) {
      if (this.#stored(request)?.state === 'ended') this.#spec.move(request, 'ended', 'sessionExpired');
      else if (swept.outcome !== KILLED && this.#spec.isPastItsTime(request)) differ('a session outlived its time');
    }
  }

  #isOverAtProvider(request: SpecRequest): boolean {
    const code = this.#stored(request)?.session?.code;
    return this.#system.provider.sessions.some((session) => session.code === code && !session.isOpen);
  }

  async #retire(device: SpecDevice, trouble: Parameters<System['retire']>[1]): Promise<void> {
    await this.#system.retire(device.id, trouble);
    this.#followRetirements();
  }

  /** What was begun of retiring, and what the sweep has ended of that. */
  #followRetirements(): void {
    for (const device of this.#spec.devices.values()) {
      const { revokedAt, retiredAt } = this.#system.store.devices.get(device.id) ?? {};
      if (revokedAt !== undefined) this.#spec.revoke(device);
      if (retiredAt !== undefined && device.retiredAt === undefined) this.#spec.retire(device);
    }
  }

  /** Minutes in which nothing goes wrong: then nothing is left to do that can be done. */
  async #idle(minutes: number): Promise<void> {
    const over = [...this.#spec.requests.values()].filter((one) => isOpen(one) && this.#isOverAtProvider(one));
    for (let minute = 0; minute < minutes; minute += 1) {
      this.#wait(MINUTE);
      await this.#sweep({ do: 'sweep', crash: undefined, fault: undefined });
      await this.#drain();
      await this.#system.sweepAlerts({});
    }
    if (this.#isOnboarded && over.some(isOpen))
      differ('a session that its provider ended shows as open after five minutes');
    checkAlerts(this.#spec, this.#system, this.#toldTwice);
  }

  /** Help as it goes when nothing goes wrong, so that the rarer states are reached at all. */
  async #round({ device: choice, end }: StepOf<'round'>): Promise<void> {
    const device = this.#device(choice);
    const before = this.#spec.requests.size;
    await this.apply({ do: 'ask', device: choice, crash: undefined });
    if (this.#spec.requests.size === before) return;
    const request = this.#latest.length - 1;
    const none = { crash: undefined, fault: undefined, meanwhile: undefined };
    await this.apply({ do: 'approve', request, by: 'anna', connector: 'teamviewer', ...none });
    const answer = { do: 'answer', request, by: 'anna', isStranger: false, crash: undefined } as const;
    await this.apply({ ...answer, what: 'accept' });
    if (end === 'provider') {
      await this.apply({ do: 'endAtProvider', request });
      await this.#idle(5);
    } else if (end === 'retire') {
      // One in so many, for there are few devices.
      if (choice % 7 === 0) await this.#retire(device, {});
    } else await this.apply({ ...answer, what: end });
  }

  async #drain(): Promise<void> {
    for (let steps = 0; !this.#system.isQuiet(); steps += 1) {
      if (steps > 5000) differ('the streams never come to rest');
      for (const consumer of ['relay', 'alerts', 'closing'] as const) await this.#system.consume(consumer, [0], {});
    }
  }

  async #halfAnHour(): Promise<void> {
    this.#wait(30 * MINUTE);
    await this.#idle(1);
  }

  get #isUnderWay(): boolean {
    return [...this.#spec.requests.values()].some(isOpen) || this.#system.provider.sessions.some((one) => one.isOpen);
  }

  /** Lets everything come to its end, and looks at what is left. */
  async finish(): Promise<void> {
    await this.apply({ do: 'onboard', isOnboarded: true });
    await this.#idle(5);
    await this.#halfAnHour();
    checkClosed(this.#spec, this.#system);
    for (let round = 0; round < 60 && this.#isUnderWay; round += 1) await this.#halfAnHour();
    this.#wait(DAY);
    await this.#idle(1);
    await compare(this.#spec, this.#system);
    if (this.#isUnderWay) differ('a request or its session never ends');
    checkEvents(this.#spec, this.#system);
  }
}
