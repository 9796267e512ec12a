/** The device's record as the server reads it at a poll, filled in for one device after the other. */
import type { Device } from '../../lib/devices/model.ts';
import { aDevice, taskIn } from '../unit/support/fixtures.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What a poll finds in the gate. */
export type Gate = 'closed' | 'scheduled' | 'queued' | 'inProgress';

const record = (gate: Gate): Mutable<Device> => {
  const device = aDevice({ bootedAt: 0, lastSeenAt: 0 });
  return gate === 'closed' ? device : { ...device, openRestart: taskIn(gate) };
};

/** One of each, since a million would not fit. Only the boot and the last sighting differ between devices. */
export const deviceRecords = (): Readonly<Record<Gate, Mutable<Device>>> => ({
  closed: record('closed'),
  scheduled: record('scheduled'),
  queued: record('queued'),
  inProgress: record('inProgress'),
});
