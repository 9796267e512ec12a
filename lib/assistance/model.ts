/** Assistance requests, as they are kept. Times are epoch milliseconds. */
import type { AssistanceState, ConnectorName, EndReason } from '../api/assistance.ts';
import { HOUR, type Instant } from '../clock.ts';
import type { Id } from '../ids.ts';

export type { AssistanceState, ConnectorName, EndReason };

/** Unanswered, a request is gone after this. */
export const UNANSWERED_FOR_MS = 4 * HOUR;

/** The remote-control session that a connector opened. */
export type Session = {
  readonly connector: ConnectorName;
  /** A secret: whoever has it can take part as the supporter. Gone when the request is over. */
  readonly supporterLink?: string;
  /** The same for a browser. */
  readonly webClientSupporterLink?: string;
  readonly code?: string;
  readonly endCustomerLink?: string;
  readonly validUntil?: Instant;
  readonly note?: string;
};

/**
 * Attempts to open a session at a provider, each with the time until which it may be under way. An older one may have
 * left a session that nobody knows of: its process died, or the provider's answer was lost.
 */
export type Openings = Readonly<Partial<Record<ConnectorName, Instant>>>;

export type AssistanceRequest = {
  readonly id: Id;
  readonly version: number;
  readonly changedAt: Instant;
  readonly deviceId: Id;
  readonly deviceName: string;
  readonly message: string;
  readonly requester: { readonly name: string; readonly email?: string };
  readonly rustdeskId?: string;
  readonly state: AssistanceState;
  readonly createdAt: Instant;
  /** The request by which help was asked for. */
  readonly correlationId?: string;
  /** There while nobody has answered. */
  readonly expiresAt?: Instant;
  /** When it climbs while nobody answers, soonest first. */
  readonly climbsAt?: readonly Instant[];
  /** How often it has climbed; absent while it has not. */
  readonly level?: number;
  readonly approvedAt?: Instant;
  readonly approvedBy?: string;
  /** Who approved it, by the token's `sub`; absent on requests that an older version approved. */
  readonly approvedById?: string;
  /** Who else was given the ways into the session, each by the token's `sub`. */
  readonly readerIds?: readonly string[];
  readonly connectedAt?: Instant;
  readonly endedAt?: Instant;
  readonly endReason?: EndReason;
  /** Who declined or ended it, where an admin did. */
  readonly endedBy?: string;
  readonly declineReason?: string;
  readonly session?: Session;
  readonly opening?: Openings;
  /** The request is over and its session at the provider may be open: when the sweep closes it, unless it was closed at once. */
  readonly closeAt?: Instant;
};

/** What is left of a request that nobody answered: enough to tell its device that it is over. */
export type ExpiredRequest = {
  readonly id: Id;
  readonly deviceId: Id;
  readonly expiredAt: Instant;
  readonly opening?: Openings;
};
