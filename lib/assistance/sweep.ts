/** Has requests climb while nobody answers them, and deletes those that nobody answered within their four hours. */
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import { forEachDue } from '../due.ts';
import type { Id } from '../ids.ts';
import { climb } from './climb.ts';
import type { AssistanceRepository } from './ports.ts';
import { isExpired } from './request.ts';

type SweepDeps = { requests: Pick<AssistanceRepository, 'due' | 'find' | 'expire' | 'amend'>; clock: Clock };

const sweepRequest = ({ requests, clock }: SweepDeps, id: Id): Promise<boolean> =>
  retryOnConcurrentChange(async () => {
    const request = await requests.find(id);
    if (!request) return false;
    if (isExpired(request, clock())) {
      await requests.expire(request, clock());
      return true;
    }
    const climbed = climb(request, clock());
    if (climbed) await requests.amend(request, climbed);
    return climbed !== undefined;
  });

/** @returns how many it deleted or had climb */
export const sweepRequests = (deps: SweepDeps): Promise<number> =>
  forEachDue(deps.requests.due(deps.clock(), 'time'), (id) => sweepRequest(deps, id));
