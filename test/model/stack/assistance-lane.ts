/** One device on the local stack whose person and admins act at the same time; what they are told is judged. */
import {
  approveAssistanceRequest,
  type ConnectorName,
  consent,
  declineAssistanceRequest,
  endAssistance,
  endOwnAssistance,
  getAssistanceRequest,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../../../lib/api/assistance.ts';
import type { Client } from '../../../lib/api/client.ts';
import { retireDevice } from '../../../lib/api/devices.ts';
import type { Id } from '../../../lib/ids.ts';
import type { TestDevice } from '../../integration/product/product.ts';
import {
  ANSWERS,
  type AnswerName,
  AssistanceSpec,
  CLIMB_AFTER_MINUTES,
  FOUR_HOURS,
  isOpen,
  type SpecRequest,
} from '../assistance-spec.ts';
import { answering, approving, asking, reading, retiring } from './assistance-calls.ts';
import type { Chance } from './chance.ts';
import type { Lane, LaneSetting } from './lane.ts';
import { Recorder, type Told } from './recorder.ts';

const MINUTE = 60_000;
/** As the stack is configured. */
const REQUESTS_PER_HOUR = 30;

const FITTING: Readonly<Record<string, readonly AnswerName[]>> = {
  pending: ['decline', 'withdraw'],
  approved: ['accept', 'accept', 'refuse', 'adminEnd', 'userEnd'],
  connected: ['adminEnd', 'userEnd'],
};

export class AssistanceLane implements Lane {
  spec: AssistanceSpec;
  readonly device: TestDevice;
  readonly #admins: LaneSetting['admins'];
  readonly #recorder: Recorder<AssistanceSpec>;
  readonly #made: Id[] = [];

  constructor(device: TestDevice, { admins, now, tally }: LaneSetting) {
    this.device = device;
    this.#admins = admins;
    this.#recorder = new Recorder(tally);
    this.spec = new AssistanceSpec(now, REQUESTS_PER_HOUR);
    this.spec.addDevice(device.id);
  }

  get isOver(): boolean {
    return this.spec.devices.get(this.device.id)?.retiredAt !== undefined;
  }

  get calls(): number {
    return this.#recorder.count;
  }

  get unanswered(): number {
    return this.#recorder.unanswered;
  }

  get request(): SpecRequest | undefined {
    return [...this.spec.requests.values()].at(-1);
  }

  async #ask(chance: Chance): Promise<void> {
    const idempotencyKey = `${this.device.id} ${chance.below(2 ** 32)}`;
    const body = { message: 'help', requester: { name: 'Rita' } };
    let id: Id | undefined;
    const make = async () => {
      const { body: made } = await this.device.call(requestAssistance, { body }, { idempotencyKey });
      id = made.id;
      this.#made.push(id);
    };
    // Asked again with its key, a call that got no answer says what came of it.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { outcome } = await this.#recorder.call('ask', [asking(this.device.id, () => id)], make);
      if (outcome !== undefined) return;
    }
  }

  #approve(id: Id, connector: ConnectorName, admin: Client): Promise<Told<unknown>> {
    return this.#recorder.call(`approve with ${connector}`, approving(id, connector, Number.POSITIVE_INFINITY), () =>
      admin(approveAssistanceRequest, { params: { id }, body: { connector } }),
    );
  }

  #answer(id: Id, name: AnswerName, admin: Client): Promise<Told<unknown>> {
    const { call } = this.device;
    const params = { id };
    const calls: Record<AnswerName, () => Promise<unknown>> = {
      decline: () => admin(declineAssistanceRequest, { params, body: { reason: 'not today' } }),
      adminEnd: () => admin(endAssistance, { params }),
      withdraw: () => call(withdrawAssistanceRequest, { params }),
      accept: () => call(consent, { params, body: { decision: 'accepted' } }),
      refuse: () => call(consent, { params, body: { decision: 'refused' } }),
      userEnd: () => call(endOwnAssistance, { params }),
    };
    return this.#recorder.call(name, [answering(id, name, this.device.id)], calls[name]);
  }

  #retire(admin: Client): Promise<Told<unknown>> {
    const { id } = this.device;
    return this.#recorder.call('retire', retiring(id), () => admin(retireDevice, { params: { id } }));
  }

  /** Two to four calls at once, most of them at what makes sense now. */
  async act(chance: Chance): Promise<void> {
    const { request } = this;
    const isAsked = request !== undefined && isOpen(request) && !this.spec.isGone(request);
    const all = Object.keys(ANSWERS) as AnswerName[];
    const one = async (): Promise<unknown> => {
      const admin = chance.of(this.#admins);
      if (chance.once(25)) return this.#retire(admin);
      if (!request || chance.once(isAsked ? 10 : 2)) return this.#ask(chance);
      if (!isAsked || chance.once(8)) return this.#answer(request.id, chance.of(all), admin);
      if (request.state === 'pending' && !chance.once(3)) {
        return this.#approve(request.id, chance.of(['teamviewer', 'teamviewer', 'rustdesk']), admin);
      }
      return this.#answer(request.id, chance.of(FITTING[request.state] ?? all), admin);
    };
    await Promise.all(Array.from({ length: 2 + chance.below(3) }, one));
  }

  async judge(): Promise<void> {
    const ids = [...new Set([...this.spec.requests.keys(), ...this.#made])].slice(-3);
    const ends = new Map<Id, number>();
    for (const id of ids) {
      await this.#recorder.call(
        `read the request ${id}`,
        ({ answer }) => [reading(id, answer)],
        async () => {
          const { body } = await this.#admins[0](getAssistanceRequest, { params: { id } });
          const { validUntil } = body.session ?? {};
          if (validUntil !== undefined) ends.set(id, Date.parse(validUntil));
          return body;
        },
      );
    }
    this.spec = this.#recorder.judge(this.device.id, this.spec);
    for (const { id, session } of this.spec.requests.values()) {
      if (session) session.validUntil = ends.get(id) ?? session.validUntil;
    }
  }

  moments(): number[] {
    return [...this.spec.requests.values()]
      .filter(isOpen)
      .flatMap(({ createdAt, session }) => [
        createdAt + FOUR_HOURS,
        ...CLIMB_AFTER_MINUTES.map((minutes) => createdAt + minutes * MINUTE),
        ...(session ? [session.validUntil] : []),
      ]);
  }

  /** @param ended the requests whose sessions their provider has ended */
  pass(now: number, ended: ReadonlySet<Id> = new Set()): void {
    this.spec.now = now;
    for (const other of this.spec.devices.values()) {
      if (other.isRevoked && other.retiredAt === undefined) this.spec.retire(other);
    }
    for (const request of this.spec.requests.values()) {
      // Whoever was killed while approving is dead by now.
      request.attempts.clear();
      this.spec.tick(request);
      if (this.spec.isSessionOver(request, ended.has(request.id))) this.spec.move(request, 'ended', 'sessionExpired');
    }
  }
}
