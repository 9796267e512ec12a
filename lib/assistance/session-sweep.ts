/**
 * Each minute: asks after open sessions, and closes those of requests that are over and were not closed at once. Safe to
 * run twice or at the same time.
 */
import { ConnectorFailure } from '../connectors/ports.ts';
import { forEachDue } from '../due.ts';
import { type ClosingDeps, closeLostSession, closeSession } from './close.ts';
import { type FollowUpDeps, followUp } from './follow-up.ts';
import type { AssistanceRequest } from './model.ts';
import type { AssistanceRepository } from './ports.ts';
import { isOpen } from './request.ts';

type SweepDeps = ClosingDeps & FollowUpDeps & { requests: Pick<AssistanceRepository, 'due'> };

/** What failed at providers is tried again when it is due again, and is no failure of ours. */
export type SessionSweep = { ended: number; closed: number; failures: ConnectorFailure[] };

const flat = (error: unknown): unknown[] => (error instanceof AggregateError ? error.errors.flatMap(flat) : [error]);

/** @throws AggregateError once all have had their turn, where something else failed than a connector */
export const sweepSessions = async (deps: SweepDeps): Promise<SessionSweep> => {
  const open: AssistanceRequest[] = [];
  const failed: unknown[] = [];
  const attempt = async <T>(run: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      failed.push(...flat(error));
      return otherwise;
    }
  };
  const visit = async (id: string): Promise<boolean> => {
    const request = await deps.requests.find(id);
    if (request && isOpen(request)) open.push(request);
    const closedIt = await attempt(() => closeSession(deps, id), false);
    const closedLost = await attempt(() => closeLostSession(deps, id), false);
    return closedIt || closedLost;
  };
  const closed = await attempt(() => forEachDue(deps.requests.due(deps.clock(), 'sessions'), visit), 0);
  const ended = await attempt(() => followUp(deps, open), 0);
  const errors = failed.filter((error) => !(error instanceof ConnectorFailure));
  if (errors.length > 0) throw new AggregateError(errors, 'some sessions could not be looked after');
  return { ended, closed, failures: failed.filter((error) => error instanceof ConnectorFailure) };
};
