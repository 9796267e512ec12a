/** What a poll says of its device, written down as a poll does it. */

import { expect } from 'vitest';
import type { Instant } from '../../../lib/clock.ts';
import type { Device } from '../../../lib/devices/model.ts';
import type { DeviceRepository } from '../../../lib/devices/ports.ts';
import { type Sighting, sighted } from '../../../lib/devices/sighting.ts';

/** @param device as it was read */
export const see = async (
  devices: Pick<DeviceRepository, 'saveSighting'>,
  device: Device | undefined,
  sighting: Sighting,
  now: Instant,
): Promise<void> => {
  const read = device ?? expect.fail('no device');
  const after = sighted(read, sighting, now);
  if (after) await devices.saveSighting(read, after);
};
