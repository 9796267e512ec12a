/**
 * Calls everything some hundred times before the clock starts: while code is compiled and caches fill, requests are slow and
 * heaps grow, which says nothing of how either goes on.
 */
import type { Client } from '../../lib/api/client.ts';
import { sweep } from '../support/control.ts';
import { pollOnce } from './agent.ts';
import type { Agent } from './fleet.ts';
import { ENDINGS, type Ending, runHelp } from './help.ts';
import type { Made } from './made.ts';
import { Pacer, realTime } from './pacer.ts';
import { Recorder } from './recorder.ts';
import { runRestart } from './restart.ts';

/** As many as a function has workers. */
const AT_ONCE = 4;
const POLLS_EACH = 25;
const SWEEPS = 20;

/** Each of `agents` asks for help, restarts, and polls a few times. @throws Error where anything goes wrong */
export const warmUp = async (url: string, admin: Client, agents: readonly Agent[]): Promise<Made> => {
  const made: Made = { requests: [], jobs: [] };
  const { now } = realTime();
  const pacer = new Pacer({ now, until: async () => {} }, new Recorder());
  const go = async (agent: Agent, number: number): Promise<void> => {
    const ending = ENDINGS[number % ENDINGS.length] as Ending;
    agent.requests += 1;
    await runHelp({ pacer, admin, agent, at: 0, ending, random: Math.random, made });
    agent.restarts += 1;
    await runRestart({ pacer, admin, agent, at: 0, made });
    for (let poll = 0; poll < POLLS_EACH; poll += 1) await pollOnce(pacer, agent, 'poll', 0);
  };
  const left = [...agents.entries()];
  const goOn = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) await go(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, goOn));
  for (let number = 0; number < SWEEPS; number += 1) await sweep(url);
  const { faults } = pacer.recorder;
  if (faults.size > 0) throw new Error(`a stack with nothing else to do fails: ${[...faults.keys()].join('; ')}`);
  return made;
};
