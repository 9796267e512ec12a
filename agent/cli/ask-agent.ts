/** Hands a command to the agent that runs on this state directory, and waits for its answer. */
import { randomUUID } from 'node:crypto';
import { CommandBox, type Wish } from '../person/command-box.ts';
import { Refusal } from '../refusal.ts';
import { lockHolder } from '../state/lock.ts';
import type { Context } from './context.ts';

const WAIT_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** The process that runs the agent here; `undefined` when none does. */
export const runningAgent = (context: Context): Promise<number | undefined> =>
  lockHolder(context.stateDir, context.platform().processIdentity);

/**
 * @param life the life of the task that it is for
 * @throws Refusal with the agent's words when it was not done, or when it does not answer
 */
export const askAgent = async (context: Context, wish: Wish, life?: string): Promise<void> => {
  const { stateDir, clock, print } = context;
  const box = new CommandBox(stateDir);
  const id = randomUUID();
  await box.send(id, { wish, life, at: clock.now() });
  const until = clock.monotonic() + WAIT_MS;
  do {
    await clock.sleep(LOOK_EVERY_MS);
    const reply = await box.fetch(id);
    if (reply?.done) return print(reply.words);
    if (reply) throw new Refusal(reply.words);
  } while (clock.monotonic() < until && (await box.isWaiting(id)));
  await box.takeBack(id);
  throw new Refusal('The agent has not answered. It may be doing it and wait for the server: see "status".');
};
