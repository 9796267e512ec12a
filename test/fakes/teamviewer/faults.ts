/** Faults that are switched on for some calls: what they do to the next ones, in the order in which they were added. */
import { type Answer, blocked, internalError, invalidClient, rateLimitReached, tokenExpired } from './answers.ts';

export const FAULTS = [
  'timeOut',
  'connectionReset',
  'answerLost',
  'serverError',
  'unreadable',
  'rateLimit',
  'blocked',
  'invalidClient',
  'tokenExpired',
] as const;
export type Fault = (typeof FAULTS)[number];

export type FaultOrder = {
  fault: Fault;
  /** `POST /sessions`, `PUT /sessions/{code}`, …; by default every call. */
  on?: string;
  /** How often; by default until the faults are cleared. */
  times?: number;
};

/** What becomes of a call: answered in place of the fake's own answer, with or without the call's effect. */
export type Outcome =
  | { kind: 'answer'; answer: Answer }
  | { kind: 'silence' }
  | { kind: 'reset' }
  | { kind: 'resetAfterEffect' };

const OUTCOMES: Readonly<Record<Fault, () => Outcome>> = {
  timeOut: () => ({ kind: 'silence' }),
  connectionReset: () => ({ kind: 'reset' }),
  answerLost: () => ({ kind: 'resetAfterEffect' }),
  serverError: () => ({ kind: 'answer', answer: internalError() }),
  unreadable: () => ({
    kind: 'answer',
    answer: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' },
  }),
  rateLimit: () => ({ kind: 'answer', answer: rateLimitReached() }),
  blocked: () => ({ kind: 'answer', answer: blocked() }),
  invalidClient: () => ({ kind: 'answer', answer: invalidClient() }),
  tokenExpired: () => ({ kind: 'answer', answer: tokenExpired() }),
};

export type Faults = {
  add(order: FaultOrder): void;
  clear(): void;
  /** What is to happen to a call, if it is not to go well. */
  take(operation: string): Outcome | undefined;
};

export const createFaults = (): Faults => {
  let orders: (FaultOrder & { left: number })[] = [];
  return {
    add: (order) => void orders.push({ ...order, left: order.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      orders = [];
    },
    take: (operation) => {
      const order = orders.find(({ on, left }) => left > 0 && (on === undefined || on === operation));
      if (!order) return undefined;
      order.left -= 1;
      return OUTCOMES[order.fault]();
    },
  };
};
