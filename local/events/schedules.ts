/** Schedules: looked at every minute of real time, and run on request by `POST /__local/sweep`. */
import type { Invoker } from '../functions/invoker.ts';
import { serviceOfArn } from '../identity.ts';
import type { Model, RuleModel } from '../resources/model.ts';
import type { EventBus } from './bus.ts';
import { type Due, isEveryMinute, parseSchedule } from './cron.ts';
import type { Deliveries } from './deliveries.ts';

/** The first error of a function that a sweep ran. */
export class SweepFailure extends Error {
  override name = 'SweepFailure';
}

const MINUTE_MS = 60_000;

export class Schedules {
  readonly #bus: EventBus;
  readonly #deliveries: Deliveries;
  readonly #invoker: Invoker;
  readonly #schedules: { rule: RuleModel; due: Due }[];
  #timer: NodeJS.Timeout | undefined;

  constructor(model: Pick<Model, 'rules'>, bus: EventBus, deliveries: Deliveries, invoker: Invoker) {
    this.#bus = bus;
    this.#deliveries = deliveries;
    this.#invoker = invoker;
    this.#schedules = model.rules.flatMap((rule) =>
      rule.schedule !== undefined && rule.enabled ? [{ rule, due: parseSchedule(rule.schedule, rule.name) }] : [],
    );
  }

  /** Runs what is due at each full minute. What fell due while the runner was down is not made up, as on AWS. */
  start(): void {
    const next = () => MINUTE_MS - (Date.now() % MINUTE_MS);
    const tick = () => {
      const minute = Math.round(Date.now() / MINUTE_MS);
      for (const { rule, due } of this.#schedules) {
        if (!due(minute)) continue;
        try {
          this.#deliveries.add(this.#bus.deliveriesOf(rule, this.#bus.scheduledEvent(rule)));
        } catch {
          // The disk is full, and what is due cannot be written down: this minute is left out, as if the runner was down.
        }
      }
      this.#timer = setTimeout(tick, next());
    };
    this.#timer = setTimeout(tick, next());
  }

  /**
   * Runs the targets of every schedule that is due each minute, and waits for the functions to end. Throws
   * `SweepFailure` where one of them failed.
   */
  async sweep(): Promise<void> {
    const runs = this.#schedules
      .filter(({ due }) => isEveryMinute(due))
      .flatMap(({ rule }) => this.#bus.deliveriesOf(rule, this.#bus.scheduledEvent(rule)))
      .map(async (delivery) => {
        if (serviceOfArn(delivery.targetArn) !== 'lambda') return this.#deliveries.add([delivery]);
        const response = await this.#invoker.invoke(delivery.targetArn, delivery.payload);
        if (!response.ok) throw new SweepFailure(`${response.error.errorType}: ${response.error.errorMessage}`);
      });
    const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
    if (failed) throw failed.reason;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
