/**
 * Approving: opens a session and gives it to the request. At a provider that keeps sessions there is never a second one
 * for a request, whatever is killed when: an attempt is written down before the provider is called, one at a time, and
 * who comes after an attempt that was lost has its session looked for.
 */
import type { Actor } from '../actor.ts';
import { invalidState, ProblemError } from '../api/problem.ts';
import { type Clock, type Instant, SECOND } from '../clock.ts';
import { ConcurrentChange, changeKnown, retryOnConcurrentChange } from '../concurrency.ts';
import { type Connector, ConnectorFailure, type Connectors, type SessionOrder } from '../connectors/ports.ts';
import { keepsSessions } from '../connectors/sessions.ts';
import { IdempotencyKeyTaken, type Remember } from '../idempotency/model.ts';
import type { Id } from '../ids.ts';
import { findToAnswer } from './admin.ts';
import type { AssistanceRequest, ConnectorName, Session } from './model.ts';
import { assertApprovable, beginOpening, endOpening } from './opening.ts';
import type { AssistanceRepository } from './ports.ts';
import { approve } from './request.ts';
import { isSameSession } from './session.ts';

export type ApprovalDeps = { requests: AssistanceRepository; connectors: Connectors; clock: Clock };

export type Approval = { connector?: ConnectorName | undefined; waitingMessage?: string | undefined };

/** Who approves, and how their answer is kept. */
type By = { actor: Actor; remember: Remember | undefined };

const orderFor = (request: AssistanceRequest, { waitingMessage }: Approval, mayExist: boolean): SessionOrder => ({
  requestId: request.id,
  requestedAt: request.createdAt,
  deviceName: request.deviceName,
  message: request.message,
  requester: request.requester,
  ...(request.rustdeskId !== undefined && { rustdeskId: request.rustdeskId }),
  ...(waitingMessage !== undefined && { waitingMessage }),
  mayExist,
});

const save = async (
  { requests, clock }: ApprovalDeps,
  before: AssistanceRequest,
  session: Session,
  { actor, remember }: By,
): Promise<AssistanceRequest> => {
  const after = approve(before, session, actor, clock());
  // Without a body: a link is not kept with the key. Whoever sends it again gets the request as it is by then.
  await requests.save(before, after, remember?.({ status: 200, body: null }));
  return after;
};

const failedOf = (error: unknown, now: Instant): unknown => {
  if (!(error instanceof ConnectorFailure)) return error;
  const { message, retryAt } = error;
  const extras = retryAt === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil((retryAt - now) / SECOND)) };
  return new ProblemError('connector_failed', message, extras);
};

/** A session that is no more than a link: nobody has anything of one that is not saved. */
const approveWithLink = (
  deps: ApprovalDeps,
  connector: Connector,
  found: AssistanceRequest,
  approval: Approval,
  by: By,
): Promise<AssistanceRequest> =>
  changeKnown(
    found,
    () => findToAnswer(deps.requests, found.id),
    async (before) => {
      assertApprovable(before, deps.clock());
      return save(deps, before, await connector.openSession(orderFor(before, approval, false)), by);
    },
  );

/** One attempt at a provider; `until` tells it from an earlier or later one. */
type Attempt = { id: Id; connector: Connector; until: Instant; mayExist: boolean };

const isOurs = (request: AssistanceRequest, { connector, until }: Attempt): boolean =>
  request.opening?.[connector.name] === until;

const begin = ({ requests, clock }: ApprovalDeps, connector: Connector, found: AssistanceRequest) =>
  changeKnown(
    found,
    () => findToAnswer(requests, found.id),
    async (before) => {
      const request = beginOpening(before, connector.name, clock());
      await requests.amend(before, request);
      const until = request.opening?.[connector.name] ?? clock();
      const mayExist = before.opening?.[connector.name] !== undefined;
      return { request, attempt: { id: found.id, connector, until, mayExist } satisfies Attempt };
    },
  );

/** Gives the attempt back, so that the next one need not wait. If this fails, the attempt's time runs out. */
const release = async ({ requests, clock }: ApprovalDeps, attempt: Attempt, mayHaveLeft: boolean): Promise<void> => {
  try {
    await retryOnConcurrentChange(async () => {
      const before = await requests.find(attempt.id);
      if (!before || !isOurs(before, attempt)) return;
      const now = clock();
      await requests.amend(before, endOpening(before, attempt.connector.name, mayHaveLeft ? now : undefined, now));
    });
  } catch {
    // What the caller is told is what went wrong before.
  }
};

/** `unavailable` may have taken effect, as may an attempt before this one; any other failure has not. */
const mayHaveLeft = (error: unknown, { mayExist }: Attempt): boolean =>
  mayExist || !(error instanceof ConnectorFailure) || error.kind === 'unavailable';

/** Closes the session that no request has, unless a later approval found it and has it by now, or is about to. */
const giveUp = async (deps: ApprovalDeps, attempt: Attempt, session: Session): Promise<void> => {
  const request = await deps.requests.find(attempt.id);
  if (isSameSession(request?.session, session)) return;
  const later = request?.opening?.[attempt.connector.name];
  if (request?.state === 'pending' && later !== undefined && later !== attempt.until) return;
  try {
    await attempt.connector.closeSession(session);
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return release(deps, attempt, true);
  }
  await release(deps, attempt, false);
};

/** After any other failure than these the request may have been saved with the session all the same. */
const isUnsaved = (error: unknown): boolean =>
  error instanceof ConcurrentChange || error instanceof ProblemError || error instanceof IdempotencyKeyTaken;

const approveAtProvider = async (
  deps: ApprovalDeps,
  connector: Connector,
  found: AssistanceRequest,
  approval: Approval,
  by: By,
): Promise<AssistanceRequest> => {
  const { request, attempt } = await begin(deps, connector, found);
  let session: Session;
  try {
    session = await connector.openSession(orderFor(request, approval, attempt.mayExist));
  } catch (error) {
    await release(deps, attempt, mayHaveLeft(error, attempt));
    throw failedOf(error, deps.clock());
  }
  try {
    return await retryOnConcurrentChange(async () => {
      const before = await findToAnswer(deps.requests, attempt.id);
      if (before.state === 'pending' && !isOurs(before, attempt)) {
        throw invalidState('It took too long to open the session; somebody else is approving.', before.state);
      }
      return save(deps, before, session, by);
    });
  } catch (error) {
    if (isUnsaved(error)) await giveUp(deps, attempt, session);
    throw error;
  }
};

/**
 * Where the connector fails, the request stays pending.
 * @throws ProblemError `not_found`, `expired`, `invalid_state`, `connector_not_onboarded`, `connector_failed`
 */
export const approveRequest = async (
  deps: ApprovalDeps,
  id: Id,
  approval: Approval,
  actor: Actor,
  remember?: Remember,
): Promise<AssistanceRequest> => {
  const found = await findToAnswer(deps.requests, id);
  assertApprovable(found, deps.clock());
  const connector = await deps.connectors.choose(approval.connector);
  const approveIt = keepsSessions(connector.name) ? approveAtProvider : approveWithLink;
  return approveIt(deps, connector, found, approval, { actor, remember });
};
