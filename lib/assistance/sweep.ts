/** Deletes the requests that nobody answered within their four hours. */
import type { Clock } from '../clock.ts';
import { forEachDue } from '../due.ts';
import type { AssistanceRepository } from './ports.ts';
import { isExpired } from './request.ts';

type SweepDeps = { requests: Pick<AssistanceRepository, 'due' | 'find' | 'expire'>; clock: Clock };

/** @returns how many it deleted */
export const sweepRequests = ({ requests, clock }: SweepDeps): Promise<number> =>
  forEachDue(requests.due(clock(), 'time'), async (id) => {
    const request = await requests.find(id);
    if (!request || !isExpired(request, clock())) return false;
    await requests.expire(request, clock());
    return true;
  });
