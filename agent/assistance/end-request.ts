/** The person wants no more of it: takes the request back while it waits, or ends the session. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import type { Clock } from '../clock.ts';
import { patiently } from '../patiently.ts';
import { type AssistanceServer, isRefusal } from '../server.ts';
import { isOver } from './words.ts';

export type EndRequestPorts = {
  server: Pick<AssistanceServer, 'read' | 'withdraw' | 'end'>;
  clock: Pick<Clock, 'sleep'>;
  random: () => number;
};

/** @throws ApiError when the server refuses */
export const endRequest = async (
  { server, clock, random }: EndRequestPorts,
  id: string,
): Promise<AgentAssistanceRequest> => {
  const call = async () => {
    const { body } = await server.read(id);
    if (isOver(body.state)) return body;
    return (await (body.state === 'pending' ? server.withdraw(id) : server.end(id))).body;
  };
  try {
    return await patiently(call, { clock, random });
  } catch (error) {
    // Approved between the look and the call: what was to be taken back is now to be ended.
    if (isRefusal(error) && error.status === 409) return await patiently(call, { clock, random });
    throw error;
  }
};
