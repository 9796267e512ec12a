/** What admins do with assistance requests: read, decline, end. Approving is in `approve.ts`. */

import { notFound } from '../api/problem.ts';
import type { Clock, Instant } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { AssistanceRequest, AssistanceState } from './model.ts';
import type { AssistanceRepository } from './ports.ts';
import { expired, isExpired } from './request.ts';

export type AdminAssistanceDeps = { requests: AssistanceRepository; clock: Clock };

/** @throws ProblemError `not_found`, after four hours without an answer too */
export const getRequest = async ({ requests, clock }: AdminAssistanceDeps, id: Id): Promise<AssistanceRequest> => {
  const request = await requests.find(id);
  if (!request || isExpired(request, clock())) throw notFound('assistance request');
  return request;
};

/** Leaves out what has expired and is not swept yet. */
export const listRequests = async (
  { requests, clock }: AdminAssistanceDeps,
  request: PageRequest & { state?: AssistanceState | undefined },
): Promise<Page<AssistanceRequest>> => {
  const page = await requests.list(request);
  const now = clock();
  return { ...page, items: page.items.filter((item) => !isExpired(item, now)) };
};

/** For answering: unlike a read, it tells an expired request from one that never was. */
export const findToAnswer = async (requests: AssistanceRepository, id: Id): Promise<AssistanceRequest> => {
  const request = await requests.find(id);
  if (request) return request;
  throw (await requests.findExpired(id)) ? expired() : notFound('assistance request');
};

/**
 * Applies one of the rules in `request.ts`.
 * @throws ProblemError `not_found`, `expired`, and what the rule throws
 */
export const changeRequest = (
  { requests, clock }: AdminAssistanceDeps,
  id: Id,
  rule: (request: AssistanceRequest, now: Instant) => AssistanceRequest,
): Promise<AssistanceRequest> =>
  retryOnConcurrentChange(async () => {
    const before = await findToAnswer(requests, id);
    const after = rule(before, clock());
    await requests.save(before, after);
    return after;
  });
