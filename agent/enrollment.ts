/** Enrols the device, so that an answer that was lost does not leave a second device behind. */
import { createClient, type Send } from '../lib/api/client.ts';
import { enroll as enrollOperation, type Platform } from '../lib/api/devices.ts';
import type { Clock } from './clock.ts';
import { patiently } from './patiently.ts';
import type { MachineMarks } from './platform/platform.ts';
import { Refusal } from './refusal.ts';
import { isRefusal, isUnknown } from './server.ts';
import type { DeviceFile, DeviceState } from './state/device-file.ts';
import { DamagedState } from './state/json-file.ts';
import { pendingCall } from './state/pending-call.ts';
import { AGENT_VERSION } from './version.ts';

export type Enrollment = {
  apiUrl: string;
  enrollmentToken: string;
  name: string;
  /** The name is what the PC calls itself: nobody gave the device one. */
  hasOwnName?: boolean;
  platform: Platform;
  /** Of the PC; the server lets one device in service have it. */
  serialNumber?: string | undefined;
  /** To which its state is bound. */
  machine?: MachineMarks;
  /** Enrol although this device has a credential, or a state file that cannot be understood. */
  force: boolean;
};

export type EnrollmentPorts = {
  file: Pick<DeviceFile, 'read' | 'write'>;
  clock: Pick<Clock, 'now' | 'sleep'>;
  random: () => number;
  /** How often the server is called before that fails; a few times, where a person waits. */
  tries?: number;
  /** Asked for once it is clear that the server is to be called. */
  sender: () => Promise<Send>;
};

const NEW = { next: undefined, rotating: undefined, rotatedAt: undefined };

const before = async (file: EnrollmentPorts['file'], force: boolean): Promise<DeviceState | undefined> => {
  try {
    return await file.read();
  } catch (error) {
    // Reading has put a copy aside, so that starting over loses nothing.
    if (force && error instanceof DamagedState) return undefined;
    throw error;
  }
};

/**
 * @returns the device's id. Until the server has answered, an earlier credential stays as it was.
 * @throws Refusal when the device is enrolled already @throws ApiError when the server refuses
 */
export const enrollDevice = async (
  { file, clock, random, tries, sender }: EnrollmentPorts,
  { apiUrl, enrollmentToken, name, hasOwnName, platform, serialNumber, machine, force }: Enrollment,
): Promise<string> => {
  const known = await before(file, force);
  const enrolled = known?.enrolled;
  if (enrolled && !force) {
    throw new Refusal(`This device is enrolled already, as ${enrolled.deviceId}. Use --force to enrol it anew.`);
  }
  const call = createClient({ baseUrl: apiUrl, fetch: await sender() });
  const body = {
    enrollmentToken,
    name,
    platform,
    agentVersion: AGENT_VERSION,
    ...(serialNumber !== undefined && { serialNumber }),
  };
  const pending = pendingCall(known?.pending, [apiUrl, body], clock.now());
  const kept = { maxRestartsPerDay: known?.maxRestartsPerDay };
  await file.write({ ...kept, enrolled, pending });

  const { idempotencyKey } = pending;
  try {
    const { body: answer } = await patiently(() => call(enrollOperation, { body }, { idempotencyKey }), {
      clock,
      random,
      ...(tries !== undefined && { tries }),
      // Of a token, that is the server's last word.
      isNo: isUnknown,
    });
    const { deviceId, deviceToken, device } = answer;
    const enrolledAt = clock.now();
    await file.write({
      ...kept,
      enrolled: { apiUrl, deviceId, deviceToken, name: device.name, hasOwnName, enrolledAt, ...NEW, machine },
      pending: undefined,
    });
    return deviceId;
  } catch (error) {
    if (isRefusal(error)) await file.write({ ...kept, enrolled, pending: undefined });
    throw error;
  }
};
