/** A connector whose calls leave their mark on its record: when it last worked, what is wrong with it, when to leave it alone. */
import { type Clock, type Instant, iso } from '../clock.ts';
import type { ConnectorName, ConnectorState, Registry } from './model.ts';
import { type Connector, ConnectorFailure } from './ports.ts';
import { type ConnectorRecords, changeRegistry } from './records.ts';
import { backOff, isNews, noteConnection, reportProblem } from './registry.ts';

export type WatchDeps = {
  records: ConnectorRecords;
  clock: Clock;
  /** Hears of a mark that could not be left: a session must not be lost over it. */
  onUnnoted: (message: string, error: unknown) => void;
};

const afterFailure = (failure: ConnectorFailure, name: ConnectorName, clock: Clock) => (registry: Registry) => {
  if (failure.kind === 'rateLimited') return backOff(registry, name, clock());
  return failure.kind === 'accessLost' ? reportProblem(registry, name, failure.message, clock()) : registry;
};

const leftAlone = (until: Instant, said = 'The provider wants fewer calls.'): ConnectorFailure =>
  new ConnectorFailure('rateLimited', `${said} No call is made before ${iso(until)}.`, until);

/** @param state as it was read for this use of the connector, so that a call which changes nothing costs no read */
export const watched = (connector: Connector, state: ConnectorState, deps: WatchDeps): Connector => {
  const { records, clock } = deps;
  const { name } = connector;

  /** @returns the record after it, where the mark could be left */
  const note = async (rule: (registry: Registry) => Registry): Promise<Registry | undefined> => {
    try {
      return await changeRegistry(records, rule, 'note');
    } catch (error) {
      deps.onUnnoted(`what was seen of ${name} could not be noted`, error);
      return undefined;
    }
  };

  const call = async <T>(run: () => Promise<T>): Promise<T> => {
    if (state.backOff && clock() < state.backOff.until) throw leftAlone(state.backOff.until);
    try {
      const result = await run();
      if (isNews(state, clock())) await note((registry) => noteConnection(registry, name, clock()));
      return result;
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw error;
      const until = (await note(afterFailure(error, name, clock)))?.connectors[name].backOff?.until;
      throw error.kind === 'rateLimited' && until !== undefined ? leftAlone(until, error.message) : error;
    }
  };

  return {
    name,
    limitations: connector.limitations,
    openSession: (order) => call(() => connector.openSession(order)),
    closeSession: (session) => call(() => connector.closeSession(session)),
    closeLost: (order) => call(() => connector.closeLost(order)),
    endedSessions: (sessions) => call(() => connector.endedSessions(sessions)),
  };
};
