/**
 * What the other accounts of this PC may have the agent do: ask for help, and follow, take back, consent to and end what they
 * asked for themselves. Each shows a ticket, a secret of its own that is never told to another account; only its hash is kept.
 */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import type { Platform } from '../platform/platform.ts';
import { Refusal } from '../refusal.ts';
import { type AssistanceServer, existingRequestOf, isRefusal } from '../server.ts';
import type { AskedFile, AskedState } from '../state/asked-file.ts';
import type { RequestFile } from '../state/request-file.ts';
import { type Accounts, hashOfTicket } from './accounts.ts';
import type { Limits } from './limits.ts';
import type { LocalCall } from './protocol.ts';

export type GatePorts = {
  server: AssistanceServer;
  file: AskedFile;
  /** What whoever may read the agent's directory asked for without it. */
  own: Pick<RequestFile, 'read'>;
  platform: Pick<Platform, 'rustdeskId'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  accounts: Pick<Accounts, 'of' | 'learn' | 'proofOf'>;
  limits: Pick<Limits, 'begin'>;
  deviceId: string;
  /** Is told that somebody has just asked for help. */
  made: () => void;
};

type Asking = Extract<LocalCall, { op: 'request' }>;

/** Somebody who follows looks every few seconds; after that long without a look, nobody does. */
const FOLLOWS_FOR_MS = 20_000;

const NOTHING: AskedState = { current: undefined, trying: undefined };

export class Gate {
  readonly #ports: GatePorts;
  #followed: { id: string; until: number } | undefined;
  /** One request at a time: each of them decides whose the open one is. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(ports: GatePorts) {
    this.#ports = ports;
  }

  /** Whether who asked looks at it where they can be asked. */
  isFollowed(id: string): boolean {
    return this.#followed?.id === id && this.#ports.clock.monotonic() < this.#followed.until;
  }

  /** The account whose request it is, where it was made through here. */
  async userOf(id: string): Promise<string | undefined> {
    const { current } = (await this.#ports.file.read()) ?? NOTHING;
    return current?.id === id ? current.user : undefined;
  }

  /** @throws ApiError what the server says no with, Refusal when it is not theirs, Busy when the account has to wait */
  async answer(call: LocalCall): Promise<unknown> {
    const { deviceId, accounts, limits } = this.#ports;
    if (call.op === 'hello') return { deviceId, ...(await this.#show(call.ticket)) };
    const end = limits.begin(accounts.of(call.ticket), call);
    try {
      return await this.#do(call);
    } finally {
      end();
    }
  }

  /** A look at who has the ticket, and the name of what they can show it by. */
  async #show(ticket: string | undefined): Promise<{ proof?: string }> {
    if (ticket === undefined) return {};
    const { accounts } = this.#ports;
    await accounts.learn(ticket);
    return { proof: accounts.proofOf(ticket) };
  }

  async #do(call: Exclude<LocalCall, { op: 'hello' }>): Promise<unknown> {
    const { server } = this.#ports;
    if (call.op === 'request') {
      const asked = this.#asking.catch(() => undefined).then(() => this.#ask(call));
      this.#asking = asked;
      return asked;
    }
    const { id } = call;
    const { current } = (await this.#ports.file.read()) ?? NOTHING;
    if (current?.id !== id || current.ticket !== hashOfTicket(call.ticket)) {
      throw new Refusal('That request was not made by this account.');
    }
    if (call.op === 'read' && call.asks) {
      this.#followed = { id, until: this.#ports.clock.monotonic() + FOLLOWS_FOR_MS };
    }
    if (call.op === 'read') return (await server.read(id)).body;
    if (call.op === 'consent') return (await server.consent(id, call.decision)).body;
    return (await (call.op === 'withdraw' ? server.withdraw(id) : server.end(id))).body;
  }

  /** One that is open is given to whoever made it, and refused to everybody else. */
  async #ask(call: Asking): Promise<AgentAssistanceRequest> {
    const { server, file, own, platform } = this.#ports;
    const before = (await file.read()) ?? NOTHING;
    const asker = { ticket: hashOfTicket(call.ticket), user: call.user };
    // The PC's own id alone: no account brings an admin to another PC.
    const rustdeskId = await platform.rustdeskId();
    const body = {
      message: call.message,
      requester: { name: call.name, ...(call.email !== undefined && { email: call.email }) },
      ...(rustdeskId !== undefined && { rustdeskId }),
    };
    // First, so that a request whose answer is lost is still known as theirs.
    await file.write({ ...before, trying: { ...asker, at: this.#ports.clock.now() } });
    try {
      const { body: made } = await server.request(body, call.idempotencyKey);
      await file.write({ current: { id: made.id, ...asker }, trying: undefined });
      this.#ports.made();
      return made;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await file.write(before);
      const open = existingRequestOf(error);
      if (open === undefined) throw error;
      const madeElsewhere = (await own.read().catch(() => undefined))?.current?.id === open;
      const madeBy = open === before.current?.id ? before.current : before.trying;
      if (madeElsewhere || madeBy?.ticket !== asker.ticket) {
        throw new Refusal('Somebody else at this PC has asked for help; ask again when that is over.');
      }
      const { body: found } = await server.read(open);
      await file.write({ current: { id: open, ...asker }, trying: undefined });
      return found;
    }
  }
}
