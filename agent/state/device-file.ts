/** `device.json`: who this device is and its credential. Only the holder of the lock writes it. */
import { join } from 'node:path';
import { ENROLL_ANEW, type JsonFile, jsonFile } from './json-file.ts';
import { boolean, number, object, optional, string } from './shape.ts';

const pending = object({ idempotencyKey: string, fingerprint: string, startedAt: number });

const parse = object({
  /** Absent before the first enrolment has been answered. */
  enrolled: optional(
    object({
      apiUrl: string,
      deviceId: string,
      deviceToken: string,
      name: string,
      /** The name is the PC's own, and nobody has given the device another one; then each poll tells it. */
      hasOwnName: optional(boolean),
      enrolledAt: number,
      /** A credential that was handed out and is not known to have been used; the one above works until it is. */
      next: optional(object({ deviceToken: string, issuedAt: number })),
      /** A rotation that was sent and not yet answered. */
      rotating: optional(pending),
      rotatedAt: optional(number),
      /** The machine that this is the state of, as far as its marks could be read; on another one it is a copy. */
      machine: optional(object({ installation: optional(string), hardware: optional(string) })),
    }),
  ),
  /**
   * An enrolment that was sent and not yet answered. The same command again uses its key, so that an answer that was
   * lost does not make a second device. The fingerprint stands for the request, whose token is not kept.
   */
  pending: optional(pending),
  /** The administrator's, in place of the agent's own. */
  maxRestartsPerDay: optional(number),
});

export type DeviceState = ReturnType<typeof parse>;
export type Enrolled = NonNullable<DeviceState['enrolled']>;
export type DeviceFile = JsonFile<DeviceState>;

export const deviceFile = (stateDir: string): DeviceFile => jsonFile(join(stateDir, 'device.json'), parse, ENROLL_ANEW);
