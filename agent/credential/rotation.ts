/**
 * Rotates the credential in two phases. The new one is on the disk before it is used, and the old one works until then; so
 * whatever is killed or lost when, one of the two is there that works. A call whose answer was lost goes under the same key
 * again, and is given the same token.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Refusal } from '../refusal.ts';
import { type CredentialServer, isRefusal } from '../server.ts';
import type { DeviceFile, DeviceState, Enrolled } from '../state/device-file.ts';
import { pendingCall } from '../state/pending-call.ts';

const DAY_MS = 24 * 3_600_000;
const EVERY_MS = 30 * DAY_MS;

/** From 0 up to 1, the same for a device always: a fleet that was enrolled in a day is rotated over six. */
const shareOf = (deviceId: string): number => createHash('sha256').update(deviceId).digest().readUInt32BE(0) / 2 ** 32;

/** Every 27 to 33 days, and at once where one was begun; also when the clock was set back behind the last one. */
export const isRotationDue = (enrolled: Enrolled, now: number): boolean => {
  if (enrolled.next || enrolled.rotating) return true;
  const age = now - (enrolled.rotatedAt ?? enrolled.enrolledAt);
  return age >= EVERY_MS * (0.9 + 0.2 * shareOf(enrolled.deviceId)) || age < -DAY_MS;
};

export type RotationPorts = {
  file: Pick<DeviceFile, 'read' | 'write'>;
  server: CredentialServer;
  clock: Pick<Clock, 'now'>;
};

type Change = (enrolled: Enrolled) => Partial<Enrolled>;

const change = async (file: RotationPorts['file'], to: Change): Promise<Enrolled> => {
  const state = await file.read();
  if (!state?.enrolled) throw new Refusal('This device is not enrolled.');
  const enrolled = { ...state.enrolled, ...to(state.enrolled) };
  const changed: DeviceState = { ...state, enrolled };
  await file.write(changed);
  return enrolled;
};

/** Whether no new one is waiting to be used, once it was tried. */
const isSettled = async ({ file, server }: RotationPorts): Promise<boolean> => {
  await server.probe();
  return (await file.read())?.enrolled?.next === undefined;
};

/**
 * Begins a rotation, or goes on with one.
 * @throws when it did not come to its end; what was reached is on the disk, and it may be called again
 */
export const rotate = async (ports: RotationPorts): Promise<void> => {
  const { file, server, clock } = ports;
  const before = (await file.read())?.enrolled;
  if (before?.next && (await isSettled(ports))) return;
  // The one that waits was not taken, though the old one was: it is replaced.
  const { rotating } = await change(file, ({ deviceId, deviceToken, rotating: earlier }) => ({
    rotating: pendingCall(earlier, ['rotate', deviceId, deviceToken], clock.now()),
  }));
  try {
    const { body } = await server.rotate(rotating?.idempotencyKey ?? '');
    await change(file, () => ({ next: { deviceToken: body.deviceToken, issuedAt: clock.now() }, rotating: undefined }));
  } catch (error) {
    if (isRefusal(error)) await change(file, () => ({ rotating: undefined }));
    throw error;
  }
  if (!(await isSettled(ports))) throw new Refusal('The new credential was not taken yet; the old one still is.');
};
