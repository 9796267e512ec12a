/** What admins do with assistance requests: read, approve, decline, end. */

import type { Actor } from '../actor.ts';
import { notFound, ProblemError } from '../api/problem.ts';
import type { Clock, Instant } from '../clock.ts';
import { ConcurrentChange, retryOnConcurrentChange } from '../concurrency.ts';
import type { Connectors } from '../connectors/ports.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { AssistanceRequest, AssistanceState, ConnectorName } from './model.ts';
import type { AssistanceRepository } from './ports.ts';
import { approve, assertApprovable, expired, isExpired } from './request.ts';
import { adminRequestView } from './view.ts';

export type AdminAssistanceDeps = { requests: AssistanceRepository; connectors: Connectors; clock: Clock };

/** @throws ProblemError `not_found`, after four hours without an answer too */
export const getRequest = async (
  { requests, clock }: Omit<AdminAssistanceDeps, 'connectors'>,
  id: Id,
): Promise<AssistanceRequest> => {
  const request = await requests.find(id);
  if (!request || isExpired(request, clock())) throw notFound('assistance request');
  return request;
};

/** Leaves out what has expired and is not swept yet. */
export const listRequests = async (
  { requests, clock }: Omit<AdminAssistanceDeps, 'connectors'>,
  request: PageRequest & { state?: AssistanceState | undefined },
): Promise<Page<AssistanceRequest>> => {
  const page = await requests.list(request);
  const now = clock();
  return { ...page, items: page.items.filter((item) => !isExpired(item, now)) };
};

/** For answering: unlike a read, it tells an expired request from one that never was. */
const findToAnswer = async (requests: AssistanceRepository, id: Id): Promise<AssistanceRequest> => {
  const request = await requests.find(id);
  if (request) return request;
  throw (await requests.findExpired(id)) ? expired() : notFound('assistance request');
};

/**
 * Applies one of the rules in `request.ts`.
 * @throws ProblemError `not_found`, `expired`, and what the rule throws
 */
export const changeRequest = (
  { requests, clock }: Omit<AdminAssistanceDeps, 'connectors'>,
  id: Id,
  rule: (request: AssistanceRequest, now: Instant) => AssistanceRequest,
): Promise<AssistanceRequest> =>
  retryOnConcurrentChange(async () => {
    const before = await findToAnswer(requests, id);
    const after = rule(before, clock());
    await requests.save(before, after);
    return after;
  });

export type Approval = { connector?: ConnectorName | undefined; waitingMessage?: string | undefined };

/**
 * Opens a session and approves with it. Where the connector fails, the request stays pending.
 * @throws ProblemError `not_found`, `expired`, `invalid_state`, `connector_not_onboarded`, `connector_failed`
 */
export const approveRequest = (
  { requests, connectors, clock }: AdminAssistanceDeps,
  id: Id,
  approval: Approval,
  actor: Actor,
  remember?: Remember,
): Promise<AssistanceRequest> =>
  retryOnConcurrentChange(async () => {
    const before = await findToAnswer(requests, id);
    assertApprovable(before, clock());
    const connector = connectors.find(approval.connector);
    if (!connector) {
      const name = approval.connector ?? connectors.defaultName;
      throw new ProblemError('connector_not_onboarded', `The connector ${name} is not onboarded.`);
    }
    const session = await connector.openSession({
      requestId: before.id,
      requestedAt: before.createdAt,
      deviceName: before.deviceName,
      mayExist: false,
      message: before.message,
      requester: before.requester,
      ...(before.rustdeskId !== undefined && { rustdeskId: before.rustdeskId }),
      ...(approval.waitingMessage !== undefined && { waitingMessage: approval.waitingMessage }),
    });
    try {
      const after = approve(before, session, actor, clock());
      await requests.save(before, after, remember?.({ status: 200, body: adminRequestView(after) }));
      return after;
    } catch (error) {
      // Somebody else was faster, or time ran out: a session that no request knows of must not stay open. After any
      // other failure the request may have been saved with it all the same.
      const isUnsaved = error instanceof ConcurrentChange || error instanceof ProblemError;
      if (isUnsaved) await connector.closeSession(session);
      throw error;
    }
  });
