/** Deletes the requests that nobody answered within their four hours. */
import type { Clock } from '../clock.ts';
import type { AssistanceRepository } from './ports.ts';
import { isExpired } from './request.ts';

/** @returns how many it deleted */
export const sweepRequests = async (requests: AssistanceRepository, clock: Clock): Promise<number> => {
  let deleted = 0;
  for await (const id of requests.due(clock())) {
    const request = await requests.find(id);
    if (!request || !isExpired(request, clock())) continue;
    await requests.expire(request, clock());
    deleted += 1;
  }
  return deleted;
};
