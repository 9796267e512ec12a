/** A connector whose calls leave their mark on its record: when it last worked, what is wrong with it, when to leave it alone. */
import { type Clock, iso } from '../clock.ts';
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

/** @param state as it was read for this use of the connector, so that a call which changes nothing costs no read */
export const watched = (connector: Connector, state: ConnectorState, deps: WatchDeps): Connector => {
  const { records, clock } = deps;
  const { name } = connector;

  const note = async (rule: (registry: Registry) => Registry): Promise<void> => {
    try {
      await changeRegistry(records, rule, 'note');
    } catch (error) {
      deps.onUnnoted(`what was seen of ${name} could not be noted`, error);
    }
  };

  const call = async <T>(run: () => Promise<T>): Promise<T> => {
    if (state.backOff && clock() < state.backOff.until) {
      const from = iso(state.backOff.until);
      throw new ConnectorFailure('rateLimited', `The provider wants fewer calls: none is made before ${from}.`);
    }
    try {
      const result = await run();
      if (isNews(state, clock())) await note((registry) => noteConnection(registry, name, clock()));
      return result;
    } catch (error) {
      if (error instanceof ConnectorFailure) await note(afterFailure(error, name, clock));
      throw error;
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
