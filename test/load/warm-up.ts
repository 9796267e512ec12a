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

const POLLS_EACH = 5;
/** The sweep is invoked by the minute: all that the load has of it is warming up, unless that is done before. */
const SWEEPS = 200;

/**
 * Each of `agents` asks for help, restarts, and polls a few times, one after the other, so that all of it warms the same
 * workers. @throws Error where anything goes wrong
 */
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
  for (const [number, agent] of agents.entries()) await go(agent, number);
  for (let number = 0; number < SWEEPS && agents.length > 0; number += 1) await sweep(url);
  const { faults } = pacer.recorder;
  if (faults.size > 0) throw new Error(`a stack with nothing else to do fails: ${[...faults.keys()].join('; ')}`);
  return made;
};
