/** What each agent does time and again. */
import type { Client } from '../../lib/api/client.ts';
import { poll } from '../../lib/api/restarts.ts';
import { pollBody } from '../support/enroll.ts';
import type { Agent } from './fleet.ts';
import type { Pacer } from './pacer.ts';

/** What the poll brings; `undefined` where nothing waits. */
export const pollOnce = async (pacer: Pacer, agent: Agent, name: string, at: number) => {
  const answer = await pacer.request({ name, function: poll.function }, at, () =>
    agent.call(poll, pollBody(agent.bootId)),
  );
  return answer.status === 200 ? answer.body : undefined;
};

/** The same request, at the server that does nothing with it. */
export const pollBare = async (pacer: Pacer, bare: Client, name: string, at: number): Promise<void> => {
  await pacer.request({ name }, at, () => bare(poll, pollBody('boot-of-the-bare-server')));
};
