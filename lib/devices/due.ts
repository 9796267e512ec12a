/** When the sweep must look at a device next. */
import type { Instant } from '../clock.ts';
import { type Device, retirementDueAt } from './model.ts';
import { sharingEndsAt } from './sharing.ts';

/** A retirement that does not go on comes before anything else. @returns `undefined` where nothing is due */
export const deviceDueAt = (device: Device): Instant | undefined =>
  retirementDueAt(device) ?? sharingEndsAt(device.sharing);
