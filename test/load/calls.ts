/** What each operation calls when it has the stack to itself, to compare with what the functions call under load. */
import type { Client } from '../../lib/api/client.ts';
import { type Calls, callsOf } from '../support/calls.ts';
import { settle } from '../support/control.ts';
import { pollOnce } from './agent.ts';
import type { Agent } from './fleet.ts';
import { ENDINGS, runHelp } from './help.ts';
import type { Made } from './made.ts';
import { Pacer, realTime } from './pacer.ts';
import { type Measured, Recorder } from './recorder.ts';
import { runRestart } from './restart.ts';

/** Sends one request after the other, each as soon as nothing is under way any more, and counts its calls. */
class CountingPacer extends Pacer {
  readonly calls = new Map<string, Calls>();
  readonly #url: string;

  constructor(url: string) {
    const { now } = realTime();
    super({ now, until: async () => {} }, new Recorder());
    this.#url = url;
  }

  override async request<T>(measured: Measured, at: number, send: () => Promise<T>): Promise<T> {
    const { function: served } = measured;
    if (served === undefined) return super.request(measured, at, send);
    await settle(this.#url);
    let answer: T | undefined;
    const calls = await callsOf(this.#url, { function: served }, async () => {
      answer = await super.request(measured, at, send);
    });
    this.calls.set(measured.name, calls);
    return answer as T;
  }
}

export type Alone = {
  /** By the operation's name. */
  readonly calls: ReadonlyMap<string, Calls>;
  readonly made: Made;
};

/** Goes through everything once, with an agent of its own for each, on a stack that nobody else uses. */
export const callAlone = async (url: string, admin: Client, agents: readonly Agent[]): Promise<Alone> => {
  const pacer = new CountingPacer(url);
  const made: Made = { requests: [], jobs: [] };
  const [restarting, ...asking] = agents as [Agent, ...Agent[]];
  await pollOnce(pacer, restarting, 'poll', 0);
  for (const [number, ending] of ENDINGS.entries()) {
    const agent = asking[number % asking.length] as Agent;
    agent.requests += 1;
    await runHelp({
      pacer,
      admin,
      agent,
      at: 0,
      ending,
      random: Math.random,
      made,
    });
  }
  restarting.restarts += 1;
  await runRestart({ pacer, admin, agent: restarting, at: 0, made });
  const { faults } = pacer.recorder;
  if (faults.size > 0) throw new Error(`a quiet stack fails: ${[...faults.keys()].join('; ')}`);
  return { calls: pacer.calls, made };
};
