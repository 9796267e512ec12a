/** Closes at the provider the sessions of requests that are over, and those that a lost attempt may have left there. */
import type { Clock, Instant } from '../clock.ts';
import { DAY, MINUTE } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import { type Connector, ConnectorFailure, type Connectors } from '../connectors/ports.ts';
import { type Id, timeOf } from '../ids.ts';
import type { ConnectorName, Openings } from './model.ts';
import { UNANSWERED_FOR_MS } from './model.ts';
import { endOpening, openingsWithout } from './opening.ts';
import type { AssistanceRepository } from './ports.ts';
import { closed, closeLater } from './request.ts';

export type ClosingDeps = {
  requests: Pick<AssistanceRepository, 'find' | 'findExpired' | 'amend' | 'saveExpired'>;
  connectors: Pick<Connectors, 'find'>;
  clock: Clock;
};

const connected = async ({ connectors }: ClosingDeps, name: ConnectorName): Promise<Connector> => {
  const connector = await connectors.find(name);
  if (connector) return connector;
  throw new ConnectorFailure('accessLost', `The connector ${name} is not onboarded any more.`);
};

/** @returns the failure, where the provider was not reached or did not take the call */
const failureOf = async (call: () => Promise<void>): Promise<ConnectorFailure | undefined> => {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (error instanceof ConnectorFailure) return error;
    throw error;
  }
};

/**
 * @returns whether it closed the session; false where there is none to close
 * @throws ConnectorFailure after it was noted when to try again
 */
export const closeSession = async (deps: ClosingDeps, id: Id): Promise<boolean> => {
  const failure = await retryOnConcurrentChange(async () => {
    const request = await deps.requests.find(id);
    const { session } = request ?? {};
    if (request?.closeAt === undefined || !session) return 'nothing';
    const failed = await failureOf(async () => (await connected(deps, session.connector)).closeSession(session));
    const now = deps.clock();
    await deps.requests.amend(request, failed ? closeLater(request, now) : closed(request, now));
    return failed;
  });
  if (failure instanceof ConnectorFailure) throw failure;
  return failure !== 'nothing';
};

const LOST_AGAIN_MS = 5 * MINUTE;

/** A session that was opened before its request expired is valid for a day. */
const LOST_FOR_MS = UNANSWERED_FOR_MS + DAY;

const lostBy = (opening: Openings = {}, now: Instant): ConnectorName | undefined =>
  (Object.keys(opening) as ConnectorName[]).find((name) => (opening[name] ?? now) <= now);

/**
 * Looks for what one lost attempt may have left. Not to be asked of a pending request: the next approval is to find it.
 * @returns whether there was an attempt to look after
 * @throws ConnectorFailure after it was noted when to try again
 */
export const closeLostSession = async (deps: ClosingDeps, id: Id): Promise<boolean> => {
  const { requests, clock } = deps;
  const failure = await retryOnConcurrentChange(async () => {
    const request = await requests.find(id);
    const expired = request ? undefined : await requests.findExpired(id);
    const name = lostBy((request ?? expired)?.opening, clock());
    if (name === undefined || request?.state === 'pending') return 'nothing';
    const requestedAt = request?.createdAt ?? timeOf(id);
    const failed = await failureOf(async () => (await connected(deps, name)).closeLost({ requestId: id, requestedAt }));
    const now = clock();
    const again = failed && now < requestedAt + LOST_FOR_MS ? now + LOST_AGAIN_MS : undefined;
    if (request) await requests.amend(request, endOpening(request, name, again, now));
    if (expired) {
      const { opening, ...rest } = expired;
      const left = openingsWithout(opening, name, again);
      await requests.saveExpired({ ...rest, ...(Object.keys(left).length > 0 && { opening: left }) });
    }
    return failed;
  });
  if (failure instanceof ConnectorFailure) throw failure;
  return failure !== 'nothing';
};
