/** Enrolment: an admin makes a token; each device that shows it, while it lasts, gets a credential of its own. */

import type { Actor } from '../actor.ts';
import type * as api from '../api/devices.ts';
import { invalidMember, ProblemError } from '../api/problem.ts';
import type { AssistanceRepository } from '../assistance/ports.ts';
import type { AuditActor, AuditSubject } from '../audit/model.ts';
import { type Clock, HOUR } from '../clock.ts';
import { ConcurrentChange, retryOnConcurrentChange, SHARED_RECORD_ATTEMPTS } from '../concurrency.ts';
import type { GroupRepository } from '../groups/ports.ts';
import type { Remember } from '../idempotency/model.ts';
import type { Id, IdSource } from '../ids.ts';
import { isSecretOf, issueToken, parseToken } from './credential.ts';
import { type Device, type EnrollmentToken, isInService, isUsable } from './model.ts';
import type { DeviceRepository, EnrollmentTokenRepository, Retirement } from './ports.ts';
import { retirementOf } from './retirement.ts';
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
  order: { maxUses: number; expiresInHours: number; groupId?: Id | undefined; mayReplace?: boolean },
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
    ...(order.mayReplace && { mayReplace: true }),
  };
  const answer = { ...enrollmentTokenView(made), token };
  await tokens.create(made, remember?.({ status: 201, body: answer }));
  return answer;
};

export type EnrollDeps = EnrollmentDeps & {
  devices: Pick<DeviceRepository, 'find'>;
  assistance: Pick<AssistanceRepository, 'find'>;
  /** Told who it is that enrols, before it is written: the device that the caller becomes, and the token that lets it in. */
  actAs: (actor: AuditActor, using: AuditSubject) => void;
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

const serialNumberTaken = (): ProblemError =>
  new ProblemError(
    'already_exists',
    'A device with this serial number is enrolled. An admin can retire it, or make an enrolment token that may replace it.',
  );

/**
 * The device is in its token's group from the first; where that is deleted by now, it is in none. A serial number
 * belongs to one device in service. Who knows one and has a token does not get that device's place by it: only a token
 * that an admin made for replacing retires the device, and the new one has nothing of it, no id, work or group.
 * @returns the device with its token, which is shown this once
 * @throws ProblemError `unauthenticated` for a token that does not work, whatever the reason; `already_exists` for the
 * serial number of another device
 */
export const enroll = (deps: EnrollDeps, order: EnrollmentOrder, remember?: Remember): Promise<Enrolled> => {
  let found: { holder: Id | undefined } | undefined;
  return retryOnConcurrentChange(async () => {
    const holder = await deps.tokens.findSerialHolder(order.serialNumber);
    // Of several that enrol at once with one number, one takes the place of the device that was there; the others are
    // late, and must not replace the one that was faster.
    found ??= { holder };
    return enrollOnce(deps, order, { remember, holder, isLate: found.holder !== holder });
  }, SHARED_RECORD_ATTEMPTS);
};

/** @returns what retires the device that has the serial number, for this one; `undefined` where none has it */
const replaceHolder = async (
  { devices, assistance, clock }: EnrollDeps,
  token: EnrollmentToken,
  { id, holder, isLate }: { id: Id; holder: Id | undefined; isLate: boolean },
): Promise<Retirement | undefined> => {
  if (holder === undefined) return undefined;
  const device = await devices.find(holder);
  if (!device || device.retiredAt !== undefined)
    throw new ConcurrentChange('the serial number was free a moment later');
  // One whose credential is dead already is being retired.
  if (isLate || (isInService(device) && !token.mayReplace)) throw serialNumberTaken();
  return retirementOf({ assistance, clock }, device, id);
};

const enrollOnce = async (
  deps: EnrollDeps,
  order: EnrollmentOrder,
  { remember, ...place }: { remember: Remember | undefined; holder: Id | undefined; isLate: boolean },
): Promise<Enrolled> => {
  const { tokens, groups, clock, newId, actAs } = deps;
  const now = clock();
  const credential = parseToken('enrollment', order.enrollmentToken);
  const token = credential && (await tokens.find(credential.id));
  if (!token || !isSecretOf(token.secretHash, credential.secret) || !isUsable(token, now)) throw refused();
  const id = newId('dev', now);
  const former = await replaceHolder(deps, token, { id, ...place });
  const group = token.groupId === undefined ? undefined : await groups.find(token.groupId);
  const issued = issueToken('device', id);
  const device: Device = {
    id,
    version: 1,
    name: order.name,
    // Whoever gave it another one at the enrolment has an agent that never tells the PC's own.
    hasOwnName: true,
    platform: order.platform,
    agentVersion: order.agentVersion,
    ...(order.serialNumber !== undefined && { serialNumber: order.serialNumber }),
    ...(group && { groupIds: [group.id] }),
    credentialHash: issued.secretHash,
    enrolledAt: now,
    enrollmentTokenId: token.id,
  };
  const answer = { deviceId: id, deviceToken: issued.token, device: deviceView(device, device.enrolledAt) };
  const record = remember?.({ status: 201, body: answer });
  actAs({ type: 'device', id, name: device.name }, { type: 'enrollmentToken', id: token.id });
  const options = { ...(record && { record }), ...(former && { former }) };
  if (!(await tokens.enroll(token.id, device, options))) throw refused();
  return answer;
};

/**
 * An enrolment whose answer was lost is answered again though its token is spent or over by now, but not once an admin has
 * revoked that: whoever learnt the token, and the key, would get the device's credential.
 * @throws ProblemError `unauthenticated`
 */
export const assertNotRevoked = async (
  tokens: Pick<EnrollmentTokenRepository, 'find'>,
  enrollmentToken: string,
): Promise<void> => {
  const credential = parseToken('enrollment', enrollmentToken);
  if (!credential || !(await tokens.find(credential.id))) throw refused();
};
