/** Calls the server through the agent that runs, for an account that may not read the device's credential. */
import { mkdir, rmdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { agentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { AssistanceServer } from '../server.ts';
import { object, optional, string } from '../state/shape.ts';
import { bySocket, type Exchange } from './exchange.ts';
import { type LocalCall, readReply } from './protocol.ts';

class HungUp extends Error {
  override readonly name = 'HungUp';
  constructor() {
    super('The agent hung up.');
  }
}

/** What a connection ends with that was hung up on. */
const CUT_OFF: readonly string[] = ['ECONNRESET', 'EPIPE'];

/** Where the agent listens, and how it is spoken to. */
export type Local = { path: string; exchange?: Exchange | undefined };

const send = async ({ path, exchange = bySocket }: Local, call: LocalCall): Promise<unknown> => {
  const reply = await exchange(path, `${JSON.stringify(call)}\n`);
  try {
    return readReply(reply);
  } catch (error) {
    throw error instanceof SyntaxError ? new HungUp() : error;
  }
};

const parseHello = object({ deviceId: string, proof: optional(string) });

const HELLO_TRIES = 5;

/** An agent with more connections than it takes hangs up on those that are silent; a call that changes nothing is made again. */
const hello = async (local: Local, ticket?: string): Promise<ReturnType<typeof parseHello>> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return parseHello(await send(local, { op: 'hello', ticket }));
    } catch (error) {
      const isPassing = error instanceof HungUp || CUT_OFF.includes((error as NodeJS.ErrnoException).code ?? '');
      if (!isPassing || attempt === HELLO_TRIES) throw error;
      await delay(50 * attempt);
    }
  }
};

/** The id of the device that the agent speaks for. @throws when none listens there */
export const greet = async (local: Local): Promise<string> => (await hello(local)).deviceId;

/** Shows the agent which account has the ticket, so that it is told from those who might keep it from asking. */
export const introduce = async (
  local: Local,
  ticket: string,
  placeOf: (name: string) => string | undefined,
): Promise<void> => {
  const { proof } = await hello(local, ticket);
  const place = proof === undefined ? undefined : placeOf(proof);
  if (place === undefined) return;
  await mkdir(place, { mode: 0o700 });
  try {
    await hello(local, ticket);
  } finally {
    await rmdir(place).catch(() => undefined);
  }
};

export type Account = {
  /** What this account alone knows. */
  ticket: string;
  user: string | undefined;
  /** Whether the person can be asked in this process. */
  asks: boolean;
};

export const throughAgent = (local: Local, { ticket, user, asks }: Account): AssistanceServer => {
  const call = async (made: LocalCall) => ({ body: agentAssistanceRequest().parse(await send(local, made)) });
  return {
    // The agent knows the PC's RustDesk id itself.
    request: ({ message, requester }, idempotencyKey) =>
      call({ op: 'request', ticket, user, idempotencyKey, message, ...requester, email: requester.email }),
    read: (id) => call({ op: 'read', ticket, id, asks }),
    consent: (id, decision) => call({ op: 'consent', ticket, id, decision }),
    withdraw: (id) => call({ op: 'withdraw', ticket, id }),
    end: (id) => call({ op: 'end', ticket, id }),
  };
};
