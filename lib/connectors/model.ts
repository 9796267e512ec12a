/**
 * The connectors of a stage as they are kept: one record for all, so that exactly one of them is the default, whatever is
 * changed at once. What it does not say is as the stage's configuration has it. Times are epoch milliseconds.
 */
import type { Actor } from '../actor.ts';
import type { ConnectorName } from '../api/assistance.ts';
import type { Instant } from '../clock.ts';

export type { ConnectorName };

/** RustDesk's servers, where the organisation has its own. */
export type Relay = { readonly relayServer?: string; readonly key?: string };

/** Without the members that are not given. */
export const relayOf = ({ relayServer, key }: { [Name in keyof Relay]: Relay[Name] | undefined }): Relay => ({
  ...(relayServer !== undefined && { relayServer }),
  ...(key !== undefined && { key }),
});

/** An admin has gone to sign in at the provider. */
export type PendingOnboarding = {
  /** Of the single-use `state` that the admin comes back with. */
  readonly stateHash: string;
  readonly expiresAt: Instant;
  readonly startedBy: Actor;
};

export type ConnectorState = {
  readonly onboarded: boolean;
  readonly onboarding?: PendingOnboarding;
  readonly relay?: Relay;
  /** What an admin must do something about. */
  readonly problem?: { readonly text: string; readonly since: Instant };
  /** The provider wants fewer calls: none is made before `until`. */
  readonly backOff?: { readonly until: Instant; readonly minutes: number };
  readonly lastConnectionAt?: Instant;
};

export type Registry = {
  readonly version: number;
  readonly changedAt: Instant;
  /** Who changed it, where somebody did. */
  readonly changedBy?: string;
  readonly defaultName: ConnectorName;
  readonly connectors: Readonly<Record<ConnectorName, ConnectorState>>;
};
