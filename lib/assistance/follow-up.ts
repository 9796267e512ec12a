/** Ends requests whose sessions are over: ended at the provider, or past their time. Nothing shows as connected for ever. */
import type { Clock } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import { ConnectorFailure, type Connectors } from '../connectors/ports.ts';
import { keepsSessions } from '../connectors/sessions.ts';
import { followUpAt } from './due.ts';
import type { AssistanceRequest, ConnectorName, Session } from './model.ts';
import type { AssistanceRepository } from './ports.ts';
import { end, endWithSession, isOpen } from './request.ts';

export type FollowUpDeps = {
  requests: Pick<AssistanceRepository, 'find' | 'save' | 'postpone'>;
  connectors: Pick<Connectors, 'find'>;
  clock: Clock;
};

type Watched = AssistanceRequest & { session: Session };

const endIt = ({ requests, clock }: FollowUpDeps, watched: Watched, rule: typeof endWithSession): Promise<boolean> => {
  let known: AssistanceRequest | undefined = watched;
  return retryOnConcurrentChange(async () => {
    const before = known ?? (await requests.find(watched.id));
    known = undefined;
    if (!before || !isOpen(before)) return false;
    await requests.save(before, rule(before, clock()));
    return true;
  });
};

const isPastItsTime = ({ session }: Watched, clock: Clock): boolean =>
  session.validUntil !== undefined && session.validUntil <= clock();

const putOff = async ({ requests, clock }: FollowUpDeps, watched: readonly Watched[]): Promise<void> => {
  await Promise.all(watched.map((request) => requests.postpone(request, followUpAt(request, clock()))));
};

/** Asks one connector once for all of them. */
const askAfter = async (deps: FollowUpDeps, name: ConnectorName, watched: readonly Watched[]): Promise<number> => {
  const connector = await deps.connectors.find(name);
  let over: ReadonlySet<string> = new Set();
  let failure: unknown;
  try {
    if (connector) over = await connector.endedSessions(watched.map(({ session }) => session));
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    failure = error;
  }
  const isOver = ({ session }: Watched) => session.code !== undefined && over.has(session.code);
  await putOff(
    deps,
    watched.filter((request) => !isOver(request)),
  );
  const ended = await Promise.all(watched.filter(isOver).map((request) => endIt(deps, request, endWithSession)));
  if (failure) throw failure;
  return ended.filter(Boolean).length;
};

/**
 * @param open requests that are due to be looked at
 * @returns how many it ended
 * @throws AggregateError once all had their turn, where a connector failed or a request could not be saved
 */
export const followUp = async (deps: FollowUpDeps, open: readonly AssistanceRequest[]): Promise<number> => {
  const watched = open.filter((request): request is Watched => request.session !== undefined);
  const past = watched.filter((request) => isPastItsTime(request, deps.clock));
  const byTime = past.map((request) =>
    endIt(deps, request, (before, now) => end(before, 'sessionExpired', now)).then(Number),
  );
  const toAsk = watched.filter((request) => !past.includes(request) && keepsSessions(request.session.connector));
  const byProvider = [...Map.groupBy(toAsk, ({ session }) => session.connector)].map(([name, requests]) =>
    askAfter(deps, name, requests),
  );
  const done = await Promise.allSettled([...byTime, ...byProvider]);
  const errors = done.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'some sessions could not be asked after');
  return done.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
};
