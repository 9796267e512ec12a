/** Drives a stack and a bare server as planned, and says what was made and how long everything took. */
import type { Client } from '../../lib/api/client.ts';
import { pollBare, pollOnce } from './agent.ts';
import type { Agent, Fleet } from './fleet.ts';
import { endingOf, runHelp } from './help.ts';
import type { Made } from './made.ts';
import { Abandoned, type Pacer } from './pacer.ts';
import type { Arrival, Kind } from './plan.ts';
import { runRestart } from './restart.ts';

export type Subjects = {
  readonly fleet: Fleet;
  readonly admin: Client;
  readonly bare: Client;
  /** From 0 up to 1. */
  readonly random: () => number;
};

const occupied = async (agent: Agent, work: () => Promise<unknown>): Promise<void> => {
  agent.isBusy = true;
  try {
    await work();
  } finally {
    agent.isBusy = false;
  }
};

/** Resolves when the last of them has come to its end. What fails is in the pacer's recorder. */
export const drive = async (
  pacer: Pacer,
  arrivals: readonly Arrival[],
  { fleet, admin, bare, random }: Subjects,
): Promise<Made> => {
  const made: Made = { requests: [], jobs: [] };
  const whoever = (agent: Agent | undefined, work: (agent: Agent) => Promise<unknown>): Promise<void> => {
    if (agent) return occupied(agent, () => work(agent));
    pacer.recorder.fault('no agent is free: all wait for answers, or there are too few');
    return Promise.resolve();
  };
  const begin: Readonly<Record<Kind, (at: number) => Promise<void>>> = {
    bareA: (at) => pollBare(pacer, bare, 'bare server, A', at),
    bareB: (at) => pollBare(pacer, bare, 'bare server, B', at),
    poll: (at) => whoever(fleet.forPoll(), (agent) => pollOnce(pacer, agent, 'poll', at)),
    help: (at) =>
      whoever(fleet.forHelp(), (agent) => {
        agent.requests += 1;
        return runHelp({
          pacer,
          admin,
          agent,
          at,
          ending: endingOf(random()),
          random,
          made,
        });
      }),
    restart: (at) =>
      whoever(fleet.forRestart(), (agent) => {
        agent.restarts += 1;
        return runRestart({ pacer, admin, agent, at, made });
      }),
  };

  const underWay = new Set<Promise<unknown>>();
  for (const { at, kind } of arrivals) {
    await pacer.until(at);
    const run: Promise<unknown> = begin[kind](at)
      .catch((error: unknown) => {
        // A request that fails is recorded where it is sent; anything else is a mistake of this generator.
        if (!(error instanceof Abandoned)) pacer.recorder.fault(`the generator fails: ${error}`);
      })
      .finally(() => underWay.delete(run));
    underWay.add(run);
  }
  await Promise.all(underWay);
  return made;
};
