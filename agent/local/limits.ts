/**
 * How much one account may ask of the agent, so that no account keeps another from asking for help: calls at once, and requests an
 * hour, of which the server takes only so many from one PC. Who has not shown their account shares one allowance with all others
 * who have not.
 */
import type { Clock } from '../clock.ts';
import type { LocalCall } from './protocol.ts';

/** Following takes one at a time; a window beside it another. */
const CALLS_AT_ONCE = 4;
const UNKNOWN_CALLS_AT_ONCE = 8;
/** Each holds up those of the others until the server has answered. */
const REQUESTS_AT_ONCE = 1;
const UNKNOWN_REQUESTS_AT_ONCE = 2;
const REQUESTS_AN_HOUR = 10;
const HOUR_MS = 3_600_000;

/** The account has to wait. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

type Use = { calls: number; requests: number; asked: number[] };

export class Limits {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #uses = new Map<string | undefined, Use>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** @returns what ends the call @throws Busy */
  begin(account: string | undefined, { op }: LocalCall): () => void {
    const now = this.#clock.monotonic();
    const before = this.#uses.get(account) ?? { calls: 0, requests: 0, asked: [] };
    const use = { ...before, asked: before.asked.filter((at) => now - at < HOUR_MS) };
    const isRequest = op === 'request';
    if (use.calls >= (account === undefined ? UNKNOWN_CALLS_AT_ONCE : CALLS_AT_ONCE)) {
      throw new Busy('The agent has as many calls of this account under way as it takes. Try again.');
    }
    if (isRequest && use.requests >= (account === undefined ? UNKNOWN_REQUESTS_AT_ONCE : REQUESTS_AT_ONCE)) {
      throw new Busy('The agent is asking for help for this account already. Try again.');
    }
    if (isRequest && use.asked.length >= REQUESTS_AN_HOUR) {
      throw new Busy(`This account has asked for help ${REQUESTS_AN_HOUR} times within an hour. Try again later.`);
    }
    if (isRequest) use.asked.push(now);
    this.#uses.set(account, { ...use, calls: use.calls + 1, requests: use.requests + (isRequest ? 1 : 0) });
    return () => this.#end(account, isRequest);
  }

  #end(account: string | undefined, isRequest: boolean): void {
    const use = this.#uses.get(account);
    if (!use) return;
    const left = { ...use, calls: use.calls - 1, requests: use.requests - (isRequest ? 1 : 0) };
    if (left.calls === 0 && left.asked.length === 0) this.#uses.delete(account);
    else this.#uses.set(account, left);
  }
}
