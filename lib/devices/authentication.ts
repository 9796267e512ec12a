/** Which device a device token belongs to, and the rotation of its credential in two phases. */
import { ProblemError } from '../api/problem.ts';
import { type Clock, HOUR, type Instant } from '../clock.ts';
import { ConcurrentChange } from '../concurrency.ts';
import type { Remember } from '../idempotency/model.ts';
import { spend } from './allowance.ts';
import { isSecretOf, issueToken, parseToken } from './credential.ts';
import { type Device, isInService } from './model.ts';
import type { CredentialRepository } from './ports.ts';

export type AuthenticationDeps = {
  credentials: Pick<CredentialRepository, 'find' | 'promoteNext'>;
  clock: Clock;
};

/** For so long the old credential works beside one that was not used yet. */
const OVERLAP_MS = 24 * HOUR;

const isOverdue = ({ nextCredential }: Device, now: Instant): boolean =>
  nextCredential !== undefined && now >= nextCredential.issuedAt + OVERLAP_MS;

const promoted = ({ nextCredential, ...device }: Device): Device => ({
  ...device,
  credentialHash: nextCredential?.secretHash ?? device.credentialHash,
});

export type AuthenticationOptions = {
  consistency: 'eventually' | 'strongly';
  /** Takes a credential whose 24 hours beside its unused successor are over: for rotating again, and nothing else. */
  acceptOverdue?: boolean | undefined;
};

/**
 * Costs one read, or none for what cannot be a device token. The first use of a rotated credential makes it the only one.
 * @param authorization the `Authorization` header
 * @throws ProblemError `unauthenticated`; a retired device's token is dead at once
 */
export const authenticateDevice = async (
  { credentials, clock }: AuthenticationDeps,
  authorization: string | undefined,
  { consistency, acceptOverdue = false }: AuthenticationOptions,
): Promise<Device> => {
  const [, token] = /^Bearer ([^ ]+)$/i.exec(authorization ?? '') ?? [];
  const credential = token === undefined ? undefined : parseToken('device', token);
  const device = credential && (await credentials.find(credential.id, consistency));
  if (device && isInService(device)) {
    const isTimely = acceptOverdue || !isOverdue(device, clock());
    if (isTimely && isSecretOf(device.credentialHash, credential.secret)) return device;
    if (device.nextCredential && isSecretOf(device.nextCredential.secretHash, credential.secret)) {
      await credentials.promoteNext(device);
      return promoted(device);
    }
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
