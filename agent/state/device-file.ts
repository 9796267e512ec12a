/** `device.json`: who this device is and its credential. Only `enroll` writes it. */
import { join } from 'node:path';
import { ENROLL_ANEW, type JsonFile, jsonFile } from './json-file.ts';
import { number, object, optional, string } from './shape.ts';

const parse = object({
  /** Absent before the first enrolment has been answered. */
  enrolled: optional(
    object({ apiUrl: string, deviceId: string, deviceToken: string, name: string, enrolledAt: number }),
  ),
  /**
   * An enrolment that was sent and not yet answered. The same command again uses its key, so that an answer that was
   * lost does not make a second device. The fingerprint stands for the request, whose token is not kept.
   */
  pending: optional(object({ idempotencyKey: string, fingerprint: string, startedAt: number })),
  /** The administrator's, in place of the agent's own. */
  maxRestartsPerDay: optional(number),
});

export type DeviceState = ReturnType<typeof parse>;
export type Enrolled = NonNullable<DeviceState['enrolled']>;
export type DeviceFile = JsonFile<DeviceState>;

export const deviceFile = (stateDir: string): DeviceFile => jsonFile(join(stateDir, 'device.json'), parse, ENROLL_ANEW);
