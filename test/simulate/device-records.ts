/** The device's record as the server reads it at a poll, filled in for one device after the other. */
import type { Device } from '../../lib/devices/model.ts';
import type { RestartTask } from '../../lib/restarts/model.ts';
import { aDevice, taskIn } from '../unit/support/fixtures.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What a poll finds in the gate; `restarted`: nothing, and the last boot was that of the order. */
export type Gate = 'closed' | 'restarted' | 'scheduled' | 'queued' | 'inProgress';

export type DeviceRecord = Omit<Mutable<Device>, 'openRestart'> & { openRestart?: Mutable<RestartTask> };

const record = (gate: Gate): DeviceRecord => {
  const device = aDevice({ bootedAt: 0, lastSeenAt: 0 });
  return gate === 'closed' || gate === 'restarted' ? device : { ...device, openRestart: taskIn(gate) };
};

/** One of each, since a million would not fit. Only the times differ between devices. */
export const deviceRecords = (): Readonly<Record<Gate, DeviceRecord>> => ({
  closed: record('closed'),
  restarted: record('restarted'),
  scheduled: record('scheduled'),
  queued: record('queued'),
  inProgress: record('inProgress'),
});
