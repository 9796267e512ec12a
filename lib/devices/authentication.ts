/** Which device a device token belongs to, and the rotation of its credential in two phases. */
import { ProblemError } from '../api/problem.ts';
import { type Clock, HOUR, type Instant } from '../clock.ts';
import { ConcurrentChange, changeKnown } from '../concurrency.ts';
import type { Remember } from '../idempotency/model.ts';
import { spend } from './allowance.ts';
import { isSecretOf, issueToken, parseToken } from './credential.ts';
import { type Device, isInService } from './model.ts';
import type { CredentialRepository } from './ports.ts';
import { sharingSeen } from './sharing.ts';

export type AuthenticationDeps = {
  credentials: Pick<CredentialRepository, 'find' | 'promoteNext' | 'saveSharing'>;
  clock: Clock;
};

/** For so long the old credential works beside one that was not used yet. */
const OVERLAP_MS = 24 * HOUR;

const isOverdue = ({ nextCredential }: Device, now: Instant): boolean =>
  nextCredential !== undefined && now >= nextCredential.issuedAt + OVERLAP_MS;

const promoted = ({ nextCredential, ...device }: Device, now: Instant): Device =>
  nextCredential
    ? {
        ...device,
        version: device.version + 1,
        credentialHash: nextCredential.secretHash,
        replacedCredentialHash: device.credentialHash,
        rotatedAt: now,
      }
    : device;

const isNext = ({ nextCredential }: Device, secret: string): boolean =>
  nextCredential !== undefined && isSecretOf(nextCredential.secretHash, secret);

/** @returns the device as it is then; `undefined` where the credential is none of it any more */
const useNext = (
  { credentials, clock }: AuthenticationDeps,
  read: Device,
  secret: string,
): Promise<Device | undefined> =>
  changeKnown<Device | undefined, Device | undefined>(
    read,
    () => credentials.find(read.id),
    async (device) => {
      if (!device || !isInService(device)) return undefined;
      // Another call of the same device was faster.
      if (isSecretOf(device.credentialHash, secret)) return device;
      if (!isNext(device, secret)) return undefined;
      const after = promoted(device, clock());
      await credentials.promoteNext(device, after);
      return after;
    },
  );

/** What the credential was, where it is one that the device has had; of one that never was, nothing is known. */
const formerUse = (device: Device, secret: string): 'replaced' | 'retired' | undefined => {
  const { credentialHash, nextCredential, replacedCredentialHash } = device;
  const isOneOf = (hashes: readonly (string | undefined)[]) =>
    hashes.some((hash) => hash !== undefined && isSecretOf(hash, secret));
  if (isInService(device)) return isOneOf([replacedCredentialHash]) ? 'replaced' : undefined;
  return isOneOf([credentialHash, nextCredential?.secretHash, replacedCredentialHash]) ? 'retired' : undefined;
};

/** What the PC may say to whoever sits there, or looks after it. Whoever stole the credential learns that it is dead. */
const REFUSALS = {
  replaced:
    'This credential was replaced by a newer one. If this PC was restored from a snapshot or backup, or is a copy of another PC, it must be enrolled again.',
  retired: 'This device was retired by an administrator. To be managed again, this PC must be enrolled again.',
} as const;

/**
 * Notes that a dead credential was used, once an hour at most: whoever has it cannot have more written by using it more.
 * @returns the problem to answer
 */
const refuseFormer = async (
  { credentials, clock }: AuthenticationDeps,
  device: Device,
  reason: keyof typeof REFUSALS,
): Promise<ProblemError> => {
  // What was shared before it was retired was resolved with that, at its time.
  const now = Math.max(clock(), (device.retiredAt ?? 0) + 1);
  const sharing = sharingSeen(device.sharing, reason, now);
  if (sharing) await credentials.saveSharing(device, { ...device, version: device.version + 1, sharing });
  return new ProblemError('unauthenticated', REFUSALS[reason], { reason });
};

export type AuthenticationOptions = {
  consistency: 'eventually' | 'strongly';
  /** Takes a credential whose 24 hours beside its unused successor are over: for rotating again, and nothing else. */
  acceptOverdue?: boolean | undefined;
};

/**
 * Costs one read, or none for what cannot be a device token. The first use of a rotated credential makes it the only one.
 * @param authorization the `Authorization` header
 * @throws ProblemError `unauthenticated`; a retired device's token is dead at once. Of one that was replaced or retired
 * it says so, and the admins are alerted
 */
export const authenticateDevice = async (
  deps: AuthenticationDeps,
  authorization: string | undefined,
  { consistency, acceptOverdue = false }: AuthenticationOptions,
): Promise<Device> => {
  const [, token] = /^Bearer ([^ ]+)$/i.exec(authorization ?? '') ?? [];
  const credential = token === undefined ? undefined : parseToken('device', token);
  const device = credential && (await deps.credentials.find(credential.id, consistency));
  if (device) {
    const { secret } = credential;
    if (isInService(device)) {
      const isTimely = acceptOverdue || !isOverdue(device, deps.clock());
      if (isTimely && isSecretOf(device.credentialHash, secret)) return device;
      const current = isNext(device, secret) ? await useNext(deps, device, secret) : undefined;
      if (current) return current;
    }
    const former = formerUse(device, secret);
    if (former) throw await refuseFormer(deps, device, former);
  }
  throw new ProblemError('unauthenticated', 'A valid device token is needed.');
};

export type RotationDeps = {
  credentials: Pick<CredentialRepository, 'saveNext'>;
  clock: Clock;
  /** How often one device may. */
  rotationsPerHour: number;
};

/**
 * Hands out the next credential. The current one goes on working until the next one is first used, 24 hours at most;
 * an answer that was lost is given again for the same `Idempotency-Key`, or replaced by rotating again, for which the
 * current one is good even after that: or a PC that was off for a day at that moment would be locked out.
 * @throws ProblemError `too_many_requests`
 */
export const rotateCredential = async (
  { credentials, clock, rotationsPerHour }: RotationDeps,
  device: Device,
  remember?: Remember,
): Promise<{ deviceToken: string }> => {
  const { token: deviceToken, secretHash } = issueToken('device', device.id);
  const answer = { deviceToken };
  const now = clock();
  const spending = spend(device.rotationsSpent, rotationsPerHour, now);
  const record = remember?.({ status: 201, body: answer });
  try {
    await credentials.saveNext(device, { secretHash, issuedAt: now }, spending, record);
  } catch (error) {
    if (!(error instanceof ConcurrentChange)) throw error;
    const detail = 'This credential was rotated by another request at the same moment.';
    throw new ProblemError('too_many_requests', detail, { retryAfterSeconds: 1 });
  }
  return answer;
};
