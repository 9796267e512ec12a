/** What admins do with assistance requests: read, decline, end. Approving is in `approve.ts`. */

import { notFound } from '../api/problem.ts';
import type { Clock, Instant } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { AssistanceRequest, AssistanceState } from './model.ts';
import type { AssistanceRepository } from './ports.ts';
import { expired, isExpired, OPEN_STATES } from './request.ts';

export type AdminAssistanceDeps = { requests: AssistanceRepository; clock: Clock };

/** @throws ProblemError `not_found`, after four hours without an answer too */
export const getRequest = async ({ requests, clock }: AdminAssistanceDeps, id: Id): Promise<AssistanceRequest> => {
  const request = await requests.find(id);
  if (!request || isExpired(request, clock())) throw notFound('assistance request');
  return request;
};

/** `open`: nobody has ended or refused them, so somebody may be waiting. */
export type RequestFilter = { state?: AssistanceState | 'open' | undefined; deviceId?: Id | undefined };

const statesOf = (state: AssistanceState | 'open'): readonly AssistanceState[] =>
  state === 'open' ? OPEN_STATES : [state];

const readPage = (
  requests: AdminAssistanceDeps['requests'],
  { state, deviceId }: RequestFilter,
  page: PageRequest,
): Promise<Page<AssistanceRequest>> => {
  if (deviceId !== undefined) return requests.listOfDevice(deviceId, page);
  return state === 'open' ? requests.listIn(OPEN_STATES, page) : requests.list({ ...page, state });
};

/**
 * Newest first; the open ones of all devices oldest first, as they are to be answered. Leaves out what has expired and is
 * not swept yet, so a page may have fewer than it may and still a next one.
 */
export const listRequests = async (
  { requests, clock }: AdminAssistanceDeps,
  filter: RequestFilter,
  page: PageRequest,
): Promise<Page<AssistanceRequest>> => {
  const { items, ...rest } = await readPage(requests, filter, page);
  const now = clock();
  const { state } = filter;
  const isAsked = (request: AssistanceRequest): boolean =>
    !isExpired(request, now) && (state === undefined || statesOf(state).includes(request.state));
  return { ...rest, items: items.filter(isAsked) };
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
