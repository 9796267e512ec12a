/** Devices and enrolment tokens, as they are kept. Times are epoch milliseconds. */
import type { AssistanceState } from '../api/assistance.ts';
import type { Platform } from '../api/devices.ts';
import { type Instant, MINUTE } from '../clock.ts';
import type { Id } from '../ids.ts';
import type { RestartTask } from '../restarts/model.ts';
import type { Spent } from './allowance.ts';
import type { Boots } from './boots.ts';
import type { Sharing } from './sharing.ts';

export type Device = {
  readonly id: Id;
  readonly version: number;
  readonly name: string;
  /** The name is what the PC calls itself, and follows that; absent once an admin has named it. */
  readonly hasOwnName?: true;
  readonly platform: Platform;
  readonly agentVersion: string;
  readonly serialNumber?: string;
  readonly credentialHash: string;
  /** Handed out by a rotation, and not used yet. */
  readonly nextCredential?: { readonly secretHash: string; readonly issuedAt: Instant };
  /** Of the credential before this one, so that whoever comes with it is told why it is refused. */
  readonly replacedCredentialHash?: string;
  /** When this credential took that one's place. */
  readonly rotatedAt?: Instant;
  /** There once two seemed to have the device's credential; may be over. */
  readonly sharing?: Sharing;
  readonly enrolledAt: Instant;
  /** The enrolment token that it came in by. */
  readonly enrollmentTokenId?: Id;
  /**
   * From then on its credential is dead, and nothing of what a device does is taken: the first write of retiring it.
   * What it has open ends a moment later, and then it is retired (`retirement.ts`).
   */
  readonly revokedAt?: Instant;
  /** The name of the admin who did that. */
  readonly revokedBy?: string;
  readonly retiredAt?: Instant;
  /** The name of the admin who retired it; absent where another device took its place. */
  readonly retiredBy?: string;
  /** The device that took its place, with its serial number. */
  readonly replacedBy?: Id;
  /** At most 10 minutes behind, so that a poll seldom writes. */
  readonly lastSeenAt?: Instant;
  readonly bootId?: string;
  readonly bootedAt?: Instant;
  /** The boots that it was seen with lately. */
  readonly boots?: Boots;
  /** When it restarted by order in the 24 hours before the latest of them; older ones go with the next. */
  readonly recentRestarts?: readonly Instant[];
  /** When it was back from a restart that a whole fleet was ordered to. */
  readonly restartedWithFleetAt?: Instant;
  /** What it has spent of what it may do in an hour. */
  readonly requestsSpent?: Spent;
  readonly rotationsSpent?: Spent;
  readonly sightingsSpent?: Spent;
  /** The open restart task, whole: the gate that a poll looks through, saved with each change of the task. */
  readonly openRestart?: RestartTask;
  /** The open assistance request; void from `expiresAt` on. The state is absent where it was saved before it was kept. */
  readonly openAssistance?: {
    readonly requestId: Id;
    readonly state?: AssistanceState;
    readonly expiresAt?: Instant;
  };
  /** The groups it is in, the built-in one aside; saved with each membership. */
  readonly groupIds?: readonly Id[];
  /** The task after which the device did not come back, until it is heard of again. */
  readonly missingSinceTask?: Id;
};

/** Whether it may do anything, and anything may be done with it. */
export const isInService = ({ revokedAt, retiredAt }: Pick<Device, 'revokedAt' | 'retiredAt'>): boolean =>
  revokedAt === undefined && retiredAt === undefined;

/** When the sweep is to go on with retiring it; nothing where there is nothing left to do. */
export const retirementDueAt = ({
  revokedAt,
  retiredAt,
}: Pick<Device, 'revokedAt' | 'retiredAt'>): Instant | undefined =>
  revokedAt === undefined || retiredAt !== undefined ? undefined : revokedAt + MINUTE;

export const groupIdsOf = (device: Device): readonly Id[] => device.groupIds ?? [];

/** The device's open assistance request, unless its four hours are over. */
export const openAssistanceOf = (device: Device, now: Instant): Id | undefined => {
  const open = device.openAssistance;
  return open && (open.expiresAt === undefined || now < open.expiresAt) ? open.requestId : undefined;
};

export type EnrollmentToken = {
  readonly id: Id;
  readonly secretHash: string;
  readonly maxUses: number;
  readonly uses: number;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant;
  /** The group that its devices are in from their first moment, unless it is deleted by then. */
  readonly groupId?: Id;
  /** Whether a device that enrols with it takes the place of the one that has its serial number. */
  readonly mayReplace?: true;
};

export const isUsable = (token: EnrollmentToken, now: Instant): boolean =>
  token.uses < token.maxUses && now < token.expiresAt;
