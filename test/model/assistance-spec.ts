/**
 * What an assistance request may do, written a second time and as plainly as possible: who may move it from which state
 * to which, and when it is gone. The product is driven beside it and must do the same.
 */
import type { AssistanceState, ConnectorName, EndReason } from '../../lib/api/assistance.ts';
import type { Id } from '../../lib/ids.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const FOUR_HOURS = 4 * HOUR;
export const CLIMB_AFTER_MINUTES = [15, 60, 180] as const;
export const REQUESTS_PER_HOUR = 4;
/** For how long nobody else may approve while an approval waits for its provider. */
export const ATTEMPT_MS = 30 * SECOND;
/** How long a session lasts at a provider, and without one. */
export const SESSION_MS = { teamviewer: 24 * HOUR, rustdesk: 12 * HOUR } as const;

export type SpecState = AssistanceState | 'gone';

export type SpecRequest = {
  readonly id: Id;
  readonly device: Id;
  readonly createdAt: number;
  state: SpecState;
  endReason: EndReason | undefined;
  level: number;
  /** Until when an approval may be waiting for its provider. */
  readonly attempts: Map<ConnectorName, number>;
  session: { connector: ConnectorName; validUntil: number } | undefined;
  /** The types of the events that must be published, in order. */
  readonly events: string[];
  /** What is left of it for its device to ask about is not there yet, since the table and not the sweep deleted it. */
  isForgotten: boolean;
};

export type SpecDevice = {
  readonly id: Id;
  /** Its credential is dead: it is retired, or is about to be. */
  isRevoked: boolean;
  retiredAt: number | undefined;
  latest: Id | undefined;
  spent: { from: number; uses: number };
};

/** `ok`, or the code of the problem. */
export type Outcome = string;

/** Who may come after whom, with why it ended. */
export const REQUEST_TRANSITIONS: readonly string[] = Object.entries({
  none: ['pending'],
  pending: ['approved', 'declined', 'withdrawn', 'gone', 'ended (deviceRetired)'],
  approved: ['connected', 'refused'],
  'approved|connected': ['adminEnded', 'userEnded', 'sessionExpired', 'deviceRetired'].map((why) => `ended (${why})`),
}).flatMap(([befores, afters]) =>
  befores.split('|').flatMap((before) => afters.map((after) => `${before} → ${after}`)),
);

/** What people do, from which states, and what comes of it. */
export const ANSWERS = {
  decline: { by: 'admin', from: ['pending'], to: 'declined' },
  adminEnd: { by: 'admin', from: ['approved', 'connected'], to: 'ended', reason: 'adminEnded' },
  withdraw: { by: 'device', from: ['pending'], to: 'withdrawn' },
  accept: { by: 'device', from: ['approved'], to: 'connected', again: true },
  refuse: { by: 'device', from: ['approved'], to: 'refused', again: true },
  userEnd: { by: 'device', from: ['approved', 'connected'], to: 'ended', reason: 'userEnded' },
} as const satisfies Record<string, Answer>;

export type AnswerName = keyof typeof ANSWERS;

type Answer = {
  by: 'admin' | 'device';
  from: readonly SpecState[];
  to: AssistanceState;
  reason?: EndReason;
  /** The same answer once more is the same answer. */
  again?: boolean;
};

const EVENTS: Partial<Record<SpecState, string>> = {
  pending: 'AssistanceRequested',
  approved: 'AssistanceApproved',
  connected: 'AssistanceConnected',
  ended: 'AssistanceEnded',
  declined: 'AssistanceDeclined',
  withdrawn: 'AssistanceWithdrawn',
  refused: 'AssistanceRefused',
  gone: 'AssistanceRequestExpired',
};

export const isOpen = ({ state }: SpecRequest): boolean => ['pending', 'approved', 'connected'].includes(state);

export class AssistanceSpec {
  now: number;
  readonly #requestsPerHour: number;
  readonly devices = new Map<Id, SpecDevice>();
  readonly requests = new Map<Id, SpecRequest>();

  constructor(now: number, requestsPerHour = REQUESTS_PER_HOUR) {
    this.now = now;
    this.#requestsPerHour = requestsPerHour;
  }

  copy(): AssistanceSpec {
    const copy = new AssistanceSpec(this.now, this.#requestsPerHour);
    for (const [id, device] of this.devices) copy.devices.set(id, { ...device, spent: { ...device.spent } });
    for (const [id, request] of this.requests) {
      copy.requests.set(id, { ...request, attempts: new Map(request.attempts), events: [...request.events] });
    }
    return copy;
  }

  /** Nobody answered within the four hours, whether or not it is deleted. */
  isGone({ state, createdAt }: SpecRequest): boolean {
    return state === 'gone' || (state === 'pending' && this.now >= createdAt + FOUR_HOURS);
  }

  openRequestOf(device: Id): SpecRequest | undefined {
    return [...this.requests.values()].find((one) => one.device === device && isOpen(one) && !this.isGone(one));
  }

  /** The one place where a request changes its state. */
  move(request: SpecRequest, state: SpecState, reason?: EndReason): void {
    request.state = state;
    request.endReason = reason;
    request.events.push(EVENTS[state] ?? state);
  }

  mayAsk(device: SpecDevice): Outcome {
    if (this.openRequestOf(device.id)) return 'already_exists';
    const { from, uses } = device.spent;
    return this.now - from < HOUR && uses >= this.#requestsPerHour ? 'too_many_requests' : 'ok';
  }

  ask(device: SpecDevice, id: Id): void {
    if (this.now - device.spent.from >= HOUR) device.spent = { from: this.now, uses: 0 };
    device.spent.uses += 1;
    device.latest = id;
    const request: SpecRequest = {
      id,
      device: device.id,
      createdAt: this.now,
      state: 'pending',
      endReason: undefined,
      level: 0,
      attempts: new Map(),
      session: undefined,
      events: [],
      isForgotten: false,
    };
    this.requests.set(id, request);
    this.move(request, 'pending');
  }

  read(request: SpecRequest, by: 'admin' | Id): Outcome {
    if (by === 'admin') return this.isGone(request) ? 'not_found' : 'ok';
    if (by !== request.device) return 'not_found';
    if (!this.isGone(request)) return 'ok';
    return request.isForgotten && this.devices.get(by)?.latest !== request.id ? 'not_found' : 'expired';
  }

  /** For admins, what is gone and what never was differ once they answer. */
  #readToAnswer(request: SpecRequest, by: 'admin' | Id): Outcome {
    if (by !== 'admin' || !this.isGone(request)) return this.read(request, by);
    return request.isForgotten ? 'not_found' : 'expired';
  }

  answer(request: SpecRequest, name: AnswerName, by: 'admin' | Id): Outcome {
    const { from, to, reason, again }: Answer = ANSWERS[name];
    const found = this.#readToAnswer(request, by);
    if (found !== 'ok') return found;
    if (again && request.state === to) return 'ok';
    if (!from.includes(request.state)) return 'invalid_state';
    this.move(request, to, reason);
    return 'ok';
  }

  mayApprove(request: SpecRequest): Outcome {
    const found = this.#readToAnswer(request, 'admin');
    if (found !== 'ok') return found;
    const isTaken = [...request.attempts.values()].some((until) => this.now < until);
    return request.state !== 'pending' || isTaken ? 'invalid_state' : 'ok';
  }

  approve(request: SpecRequest, connector: ConnectorName, validUntil: number): void {
    request.session = { connector, validUntil };
    request.attempts.delete(connector);
    this.move(request, 'approved');
  }

  addDevice(id: Id): void {
    const spent = { from: 0, uses: 0 };
    this.devices.set(id, { id, isRevoked: false, retiredAt: undefined, latest: undefined, spent });
  }

  revoke(device: SpecDevice): void {
    device.isRevoked = true;
  }

  retire(device: SpecDevice): void {
    device.isRevoked = true;
    const open = this.openRequestOf(device.id);
    if (open) this.move(open, 'ended', 'deviceRetired');
    device.retiredAt = this.now;
  }

  /** What the minute does to an unanswered request. */
  tick(request: SpecRequest): void {
    if (request.state !== 'pending') return;
    if (this.isGone(request)) {
      this.move(request, 'gone');
      return;
    }
    const level = CLIMB_AFTER_MINUTES.filter((minutes) => request.createdAt + minutes * MINUTE <= this.now).length;
    if (level <= request.level) return;
    request.level = level;
    request.events.push('AssistanceUnanswered');
  }

  /** The table deletes by itself what is gone, sooner or later. */
  forget(request: SpecRequest): void {
    this.move(request, 'gone');
    request.isForgotten = true;
  }

  /** Whether a request may end by itself: its time is over, or its provider has ended the session. */
  isSessionOver(request: SpecRequest, isOverAtProvider: boolean): boolean {
    return isOpen(request) && request.session !== undefined && (isOverAtProvider || this.isPastItsTime(request));
  }

  isPastItsTime({ session }: SpecRequest): boolean {
    return session !== undefined && this.now >= session.validUntil;
  }
}
