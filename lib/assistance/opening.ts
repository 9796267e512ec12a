/**
 * Attempts to open a session at a provider, as pure functions from the request before to the request after. An attempt
 * is written down before the provider is called: so there is one at a time, and none that dies is forgotten.
 */
import { invalidState } from '../api/problem.ts';
import { type Instant, SECOND } from '../clock.ts';
import type { AssistanceRequest, ConnectorName, Openings } from './model.ts';
import { assertIn } from './request.ts';

/** Longer than a function that approves may run: one whose time is over is dead. */
export const OPENING_MS = 30 * SECOND;

const isUnderWay = (opening: Openings = {}, now: Instant): boolean =>
  Object.values(opening).some((until) => now < until);

/** @throws ProblemError `expired`; `invalid_state`, also while somebody else is approving */
export const assertApprovable = (request: AssistanceRequest, now: Instant): void => {
  assertIn(request, ['pending'], 'approved', now);
  if (isUnderWay(request.opening, now)) {
    throw invalidState('Somebody else is approving the request at this moment.', request.state);
  }
};

const amended = (
  { opening: _, ...request }: AssistanceRequest,
  opening: Openings,
  now: Instant,
): AssistanceRequest => ({
  ...request,
  ...(Object.keys(opening).length > 0 && { opening }),
  version: request.version + 1,
  changedAt: now,
});

/** @throws ProblemError what `assertApprovable` throws */
export const beginOpening = (request: AssistanceRequest, connector: ConnectorName, now: Instant): AssistanceRequest => {
  assertApprovable(request, now);
  return amended(request, { ...request.opening, [connector]: now + OPENING_MS }, now);
};

/** @param leftUntil what the attempt left is looked for from then on; absent where it left nothing */
export const endOpening = (
  request: AssistanceRequest,
  connector: ConnectorName,
  leftUntil: Instant | undefined,
  now: Instant,
): AssistanceRequest => amended(request, openingsWithout(request.opening, connector, leftUntil), now);

export const openingsWithout = (
  opening: Openings = {},
  connector: ConnectorName,
  leftUntil: Instant | undefined,
): Openings => {
  const { [connector]: _, ...others } = opening;
  return leftUntil === undefined ? others : { ...others, [connector]: leftUntil };
};
