/** Enrolment: an admin makes a token; each device that shows it, while it lasts, gets a credential of its own. */

import type { Actor } from '../actor.ts';
import type * as api from '../api/devices.ts';
import { invalidMember, ProblemError } from '../api/problem.ts';
import type { AuditActor } from '../audit/model.ts';
import { type Clock, HOUR } from '../clock.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { GroupRepository } from '../groups/ports.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id, IdSource } from '../ids.ts';
import { isSecretOf, issueToken, parseToken } from './credential.ts';
import { type Device, type EnrollmentToken, isUsable } from './model.ts';
import type { EnrollmentTokenRepository } from './ports.ts';
import { deviceView, enrollmentTokenView } from './view.ts';

export type EnrollmentDeps = {
  tokens: EnrollmentTokenRepository;
  groups: Pick<GroupRepository, 'find'>;
  clock: Clock;
  newId: IdSource;
};

/**
 * @returns the answer with the token itself, which is shown this once
 * @throws ProblemError `invalid_request` for a group that is not there; the built-in one has every device anyway
 */
export const createEnrollmentToken = async (
  { tokens, groups, clock, newId }: EnrollmentDeps,
  order: { maxUses: number; expiresInHours: number; groupId?: Id | undefined },
  actor: Actor,
  remember?: Remember,
): Promise<api.EnrollmentToken & { token: string }> => {
  const { groupId } = order;
  if (groupId !== undefined && !(await groups.find(groupId))) {
    throw invalidMember('/groupId', 'There is no such group that a device could be put into.');
  }
  const now = clock();
  const id = newId('enr', now);
  const { token, secretHash } = issueToken('enrollment', id);
  const made: EnrollmentToken = {
    id,
    secretHash,
    maxUses: order.maxUses,
    uses: 0,
    createdAt: now,
    createdBy: actor.name,
    expiresAt: now + order.expiresInHours * HOUR,
    ...(groupId !== undefined && { groupId }),
  };
  const answer = { ...enrollmentTokenView(made), token };
  await tokens.create(made, remember?.({ status: 201, body: answer }));
  return answer;
};

export type EnrollDeps = EnrollmentDeps & {
  /** Told who it is that enrols, before it is written: the device that the caller becomes. */
  actAs: (actor: AuditActor) => void;
};

export type EnrollmentOrder = {
  enrollmentToken: string;
  name: string;
  platform: api.Platform;
  agentVersion: string;
  serialNumber?: string | undefined;
};

const refused = (): ProblemError =>
  new ProblemError('unauthenticated', 'The enrolment token is not known, or it is spent, expired or revoked.');

type Enrolled = { deviceId: string; deviceToken: string; device: api.Device };

/**
 * The device is in its token's group from the first; where that is deleted by now, it is in none.
 * @returns the device with its token, which is shown this once
 * @throws ProblemError `unauthenticated` for a token that does not work, whatever the reason
 */
export const enroll = (deps: EnrollDeps, order: EnrollmentOrder, remember?: Remember): Promise<Enrolled> =>
  retryOnConcurrentChange(() => enrollOnce(deps, order, remember));

const enrollOnce = async (
  { tokens, groups, clock, newId, actAs }: EnrollDeps,
  order: EnrollmentOrder,
  remember: Remember | undefined,
): Promise<Enrolled> => {
  const now = clock();
  const credential = parseToken('enrollment', order.enrollmentToken);
  const token = credential && (await tokens.find(credential.id));
  if (!token || !isSecretOf(token.secretHash, credential.secret) || !isUsable(token, now)) throw refused();
  const group = token.groupId === undefined ? undefined : await groups.find(token.groupId);
  const id = newId('dev', now);
  const issued = issueToken('device', id);
  const device: Device = {
    id,
    version: 1,
    name: order.name,
    platform: order.platform,
    agentVersion: order.agentVersion,
    ...(order.serialNumber !== undefined && { serialNumber: order.serialNumber }),
    ...(group && { groupIds: [group.id] }),
    credentialHash: issued.secretHash,
    enrolledAt: now,
  };
  const answer = { deviceId: id, deviceToken: issued.token, device: deviceView(device) };
  const record = remember?.({ status: 201, body: answer });
  actAs({ type: 'device', id, name: device.name });
  if (!(await tokens.enroll(token.id, device, record))) throw refused();
  return answer;
};
