/** The port of a connector: a remote-control provider that opens and closes sessions. */
import type { ConnectorName, Session } from '../assistance/model.ts';
import type { Id } from '../ids.ts';

/** What a provider is told of the request that a session is for. */
export type SessionOrder = {
  requestId: Id;
  message: string;
  requester: { name: string; email?: string };
  /** The device's id at RustDesk, where the agent gave it. */
  rustdeskId?: string;
  waitingMessage?: string;
};

export type Connector = {
  readonly name: ConnectorName;
  /** @throws ProblemError `connector_failed`, with what the provider said, without its secrets */
  openSession(order: SessionOrder): Promise<Session>;
  /** Closes the session at the provider, where the provider has one to close. Never throws: it is a courtesy to the provider. */
  closeSession(session: Session): Promise<void>;
};

export type Connectors = {
  readonly defaultName: ConnectorName;
  /** @returns the named one or the default one; `undefined` where it is not onboarded */
  find(name?: ConnectorName): Connector | undefined;
};
