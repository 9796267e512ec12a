/** The ports of a connector: a remote-control provider that opens and closes sessions. */
import type { ConnectorName, Session } from '../assistance/model.ts';
import type { Instant } from '../clock.ts';
import type { Id } from '../ids.ts';

/**
 * What can be done about a failure at the provider.
 * `unavailable`: a time-out, no connection, an answer of 5xx: try again later; the call may have taken effect.
 * `rateLimited`: the provider wants fewer calls: try again later.
 * `refused`: the provider does not take this call, however often it is made.
 * `accessLost`: the provider no longer lets us in: an admin must act.
 */
export type FailureKind = 'unavailable' | 'rateLimited' | 'refused' | 'accessLost';

/** A failure at the provider. Its message has what the provider said, without secrets, and may be shown to admins. */
export class ConnectorFailure extends Error {
  override readonly name = 'ConnectorFailure';
  readonly kind: FailureKind;
  /** Before then no call is made, so that there is no use in trying again. */
  readonly retryAt?: Instant;
  constructor(kind: FailureKind, message: string, retryAt?: Instant) {
    super(message);
    this.kind = kind;
    if (retryAt !== undefined) this.retryAt = retryAt;
  }

  /** By its name: a part of a function that is loaded on demand has a copy of this class of its own. */
  static override [Symbol.hasInstance](value: unknown): value is ConnectorFailure {
    return value instanceof Error && value.name === 'ConnectorFailure';
  }
}

/** What a provider is told of the request that a session is for. */
export type SessionOrder = {
  /** The provider keeps it with the session, where it can, so that a session whose answer was lost is found by it. */
  requestId: Id;
  requestedAt: Instant;
  deviceName: string;
  message: string;
  requester: { name: string; email?: string };
  /** The device's id at RustDesk, where the agent gave it. */
  rustdeskId?: string;
  waitingMessage?: string;
  /** An earlier attempt's answer may have been lost: look for its session before opening one. */
  mayExist: boolean;
};

export type Connector = {
  readonly name: ConnectorName;
  /** What this connector cannot do, in sentences for people. */
  readonly limitations: readonly string[];
  /**
   * With `mayExist`, the session may be one that another approval of the same request opened: whoever gives a session
   * up closes it only if the request was not saved with that very session.
   * @throws ConnectorFailure
   */
  openSession(order: SessionOrder): Promise<Session>;
  /**
   * Closes the session at the provider, where the provider has one to close; a closed or unknown one is closed.
   * @throws ConnectorFailure
   */
  closeSession(session: Session): Promise<void>;
  /**
   * Closes the session that an attempt may have left whose answer was lost: it is looked for as by `mayExist`, and none
   * is opened. Nothing where there is none.
   * @throws ConnectorFailure
   */
  closeLost(order: Pick<SessionOrder, 'requestId' | 'requestedAt'>): Promise<void>;
  /**
   * Which of these sessions the provider has ended, in as few calls as it can; nothing of those that it knows nothing of.
   * @returns the codes of those that are over
   * @throws ConnectorFailure
   */
  endedSessions(sessions: readonly Session[]): Promise<ReadonlySet<string>>;
};

export type Connectors = {
  /** @returns `undefined` where it is not onboarded */
  find(name: ConnectorName): Promise<Connector | undefined>;
  /**
   * The named one, or the default one.
   * @throws ProblemError `connector_not_onboarded`
   */
  choose(name?: ConnectorName): Promise<Connector>;
};

/** How an admin signs in at the provider. Nothing that it keeps leaves the vault. */
export type Onboarding = {
  /**
   * Keeps the app's credentials until the admin comes back; a connection that works goes on working until then.
   * @param state single-use, not to be guessed; only the latest one is good
   * @returns where the admin's browser is to go
   */
  begin(app: { clientId: string; clientSecret: string; redirectUri: string; state: string }): Promise<string>;
  /**
   * Exchanges the code that the admin came back with; from then on sessions can be opened.
   * @throws ConnectorFailure, `refused` for a code or credentials that the provider does not take: begin again
   */
  complete(callback: { code: string; state: string }): Promise<void>;
  /**
   * Revokes the access at the provider and deletes what is kept here; done again, it is done. Access that is lost
   * already counts as revoked.
   * @throws ConnectorFailure `unavailable` or `rateLimited`; then nothing is deleted, and it can be tried again
   */
  disconnect(): Promise<void>;
};

/**
 * A lease, so that one process works at a time. It must end by itself, later than any function that took it: after 30
 * seconds.
 */
export type Lease = {
  /** @returns false where somebody else has it */
  acquire(): Promise<boolean>;
  /** Gives it back, if it is still ours. */
  release(): Promise<void>;
};

/** A secret store for one value, which is replaced whole. A read may be a moment behind a write. */
export type Vault<Value> = {
  read(): Promise<Value | undefined>;
  write(value: Value): Promise<void>;
  clear(): Promise<void>;
};
