/** How everything ended, asked of the stack when nothing is under way any more. */
import { ASSISTANCE_STATES, type AssistanceState, listAssistanceRequests } from '../../lib/api/assistance.ts';
import type { Client } from '../../lib/api/client.ts';
import { getRestartJob, listJobTasks, poll } from '../../lib/api/restarts.ts';
import { pollBody } from '../support/enroll.ts';
import type { Agent } from './fleet.ts';
import type { Made } from './made.ts';

export type Ends = {
  /** Of the jobs that were ordered: completed, with the one task succeeded, and its device back. */
  readonly restarts: { readonly made: number; readonly ended: number };
  /** Of the requests that were made: found in the list of one state, which is the one that it must end in. */
  readonly requests: { readonly made: number; readonly ended: number };
  /** Devices that a poll still tells something. */
  readonly devicesWithWork: number;
};

/** Requests a state has, of all pages. */
const listed = async (admin: Client, state: AssistanceState): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { state, limit: '100', ...(cursor !== undefined && { cursor }) };
    const { body } = await admin(listAssistanceRequests, { query });
    ids.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  return ids;
};

const countRequests = async (admin: Client, { requests }: Made): Promise<number> => {
  const states = new Map<string, AssistanceState[]>();
  for (const state of ASSISTANCE_STATES) {
    for (const id of await listed(admin, state)) states.set(id, [...(states.get(id) ?? []), state]);
  }
  return requests.filter(({ id, final }) => states.get(id)?.join() === final).length;
};

const hasEnded = async (admin: Client, id: string): Promise<boolean> => {
  const params = { id };
  const [job, tasks] = await Promise.all([
    admin(getRestartJob, { params }),
    admin(listJobTasks, { params, query: {} }),
  ]);
  const { state, counts } = job.body;
  const isCounted = state === 'completed' && counts.succeeded === 1 && Object.keys(counts).length === 1;
  return isCounted && tasks.body.items.map((task) => task.state).join() === 'succeeded';
};

export const readEnds = async (admin: Client, agents: readonly Agent[], made: Made): Promise<Ends> => {
  let endedJobs = 0;
  for (const id of made.jobs) endedJobs += Number(await hasEnded(admin, id));
  let devicesWithWork = 0;
  for (const { call, bootId } of agents) {
    const { status } = await call(poll, pollBody(bootId));
    devicesWithWork += Number(status !== 204);
  }
  return {
    restarts: { made: made.jobs.length, ended: endedJobs },
    requests: { made: made.requests.length, ended: await countRequests(admin, made) },
    devicesWithWork,
  };
};
