/** The agents of a run: each does one thing at a time, as an agent does. */
import { randomUUID } from 'node:crypto';
import type { EnrolledDevice } from '../support/enroll.ts';
import { RESTARTS_A_DEVICE } from './plan.ts';

export type Agent = EnrolledDevice & {
  bootId: string;
  isBusy: boolean;
  restarts: number;
  requests: number;
};

/** Fewer than a device may make in an hour. */
const REQUESTS_A_DEVICE = 5;

export class Fleet {
  readonly agents: readonly Agent[];
  readonly #random: () => number;

  /** @param random from 0 up to 1 */
  constructor(devices: readonly EnrolledDevice[], random: () => number) {
    this.agents = devices.map((device) => ({
      ...device,
      bootId: randomUUID(),
      isBusy: false,
      restarts: 0,
      requests: 0,
    }));
    this.#random = random;
  }

  /** One that has nothing to do and fits, by chance; `undefined` where there is none. */
  #choose(fits: (agent: Agent) => boolean): Agent | undefined {
    const from = Math.floor(this.#random() * this.agents.length);
    const turned = [...this.agents.slice(from), ...this.agents.slice(0, from)];
    return turned.find((agent) => !agent.isBusy && fits(agent));
  }

  forPoll(): Agent | undefined {
    return this.#choose(() => true);
  }

  forHelp(): Agent | undefined {
    return this.#choose(({ requests }) => requests < REQUESTS_A_DEVICE);
  }

  forRestart(): Agent | undefined {
    return this.#choose(({ restarts }) => restarts < RESTARTS_A_DEVICE);
  }
}
