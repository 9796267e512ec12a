/** Which device a device token belongs to. */
import { ProblemError } from '../api/problem.ts';
import { isSecretOf, parseToken } from './credential.ts';
import type { Device } from './model.ts';
import type { DeviceRepository } from './ports.ts';

/**
 * Costs one read, or none for what cannot be a device token.
 * @param authorization the `Authorization` header
 * @throws ProblemError `unauthenticated`; a retired device's token is dead at once
 */
export const authenticateDevice = async (
  devices: Pick<DeviceRepository, 'find'>,
  authorization: string | undefined,
  consistency: 'eventually' | 'strongly',
): Promise<Device> => {
  const [, token] = /^Bearer ([^ ]+)$/i.exec(authorization ?? '') ?? [];
  const credential = token === undefined ? undefined : parseToken('device', token);
  const device = credential && (await devices.find(credential.id, consistency));
  if (!device || device.retiredAt !== undefined || !isSecretOf(device.credentialHash, credential.secret)) {
    throw new ProblemError('unauthenticated', 'A valid device token is needed.');
  }
  return device;
};
