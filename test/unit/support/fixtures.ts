/** Domain objects as tests need them; what a test is about it gives itself. */
import type { Actor } from '../../../lib/actor.ts';
import type { Alert } from '../../../lib/alerts/model.ts';
import type { AssistanceRequest, AssistanceState, Session } from '../../../lib/assistance/model.ts';
import { approve, consent, decline, end, newRequest, withdraw } from '../../../lib/assistance/request.ts';
import { issueToken } from '../../../lib/devices/credential.ts';
import type { Device } from '../../../lib/devices/model.ts';
import type { RestartJob, RestartTask, TaskState } from '../../../lib/restarts/model.ts';
import { id } from './ids.ts';
import { HOUR, MINUTE, SECOND, T0 } from './time.ts';

export const ANNA: Actor = { id: 'sub-anna', name: 'anna' };
export const BEN: Actor = { id: 'sub-ben', name: 'ben' };

export const BOOT_1 = 'boot-0001';
export const BOOT_2 = 'boot-0002';

export const DEVICE_ID = id('dev', 'reception');

export const deviceCredential = issueToken('device', DEVICE_ID);

export const aDevice = (changes: Partial<Device> = {}): Device => ({
  id: DEVICE_ID,
  version: 1,
  name: 'Reception',
  platform: 'windows',
  agentVersion: '1.0.0',
  credentialHash: deviceCredential.secretHash,
  enrolledAt: T0 - 24 * HOUR,
  lastSeenAt: T0,
  bootId: BOOT_1,
  bootedAt: T0 - 10 * MINUTE,
  ...changes,
});

export const SESSION: Session = {
  connector: 'rustdesk',
  supporterLink: 'rustdesk://987654321?secret=supporter-link',
  code: '987654321',
  endCustomerLink: 'https://get.example.com/customer-link',
  validUntil: T0 + 24 * HOUR,
  note: 'supporter-note',
};

export const pendingRequest = (now = T0): AssistanceRequest =>
  newRequest(
    {
      deviceId: DEVICE_ID,
      deviceName: 'Reception',
      message: 'the secret message text',
      requester: { name: 'Rita', email: 'rita@example.com' },
      rustdeskId: '987654321',
    },
    id('req', 'help'),
    now,
  );

/** A request in any state, got there by the rules themselves. */
export const requestIn = (state: AssistanceState, now = T0): AssistanceRequest => {
  const pending = pendingRequest(now);
  const approved = approve(pending, SESSION, ANNA, now);
  switch (state) {
    case 'pending':
      return pending;
    case 'approved':
      return approved;
    case 'connected':
      return consent(approved, true, now);
    case 'refused':
      return consent(approved, false, now);
    case 'ended':
      return end(approved, 'adminEnded', now, ANNA);
    case 'declined':
      return decline(pending, 'not today', ANNA, now);
    case 'withdrawn':
      return withdraw(pending, now);
  }
};

export const aJob = (changes: Partial<RestartJob> = {}): RestartJob => ({
  id: id('job', 'patch day'),
  state: 'expanding',
  version: 1,
  deviceIds: [DEVICE_ID],
  expanded: 0,
  message: 'the secret message text',
  graceSeconds: 300,
  deliverWithinMinutes: 240,
  returnWithinMinutes: 20,
  maxPostponements: 0,
  mayReject: false,
  force: false,
  createdAt: T0,
  createdBy: ANNA.name,
  expectedDevices: changes.deviceIds?.length ?? 1,
  ...changes,
});

const ENDED: readonly TaskState[] = ['succeeded', 'expired', 'failed', 'timedOut', 'rejected', 'canceled', 'removed'];
const ACKNOWLEDGED: readonly TaskState[] = ['inProgress', 'canceling', 'succeeded', 'timedOut'];

/** A task as it is in this state: acknowledged by `BOOT_1` where it has been acknowledged. */
export const taskIn = (state: TaskState, changes: Partial<RestartTask> = {}): RestartTask => ({
  id: id('tsk', 'reception'),
  jobId: id('job', 'patch day'),
  deviceId: DEVICE_ID,
  deviceName: 'Reception',
  orderedBy: ANNA.name,
  state,
  version: 3,
  changedAt: T0,
  message: 'the secret message text',
  graceSeconds: 300,
  deliverWithinMinutes: 240,
  returnWithinMinutes: 20,
  force: false,
  mayReject: false,
  postponements: 0,
  maxPostponements: 0,
  createdAt: T0,
  ...(state === 'scheduled' && { notBefore: T0 + HOUR }),
  acknowledgeBy: T0 + 240 * MINUTE,
  ...(ACKNOWLEDGED.includes(state) && {
    acknowledgedAt: T0,
    acknowledgedBootId: BOOT_1,
    returnBy: T0 + 300 * SECOND + 20 * MINUTE,
  }),
  ...(ENDED.includes(state) && { endedAt: T0 }),
  ...changes,
});

export const anAlert = (changes: Partial<Alert> = {}): Alert => ({
  id: id('alr', 'help'),
  version: 1,
  kind: 'assistanceRequested',
  severity: 'info',
  subject: { type: 'assistanceRequest', id: id('req', 'help') },
  deviceId: DEVICE_ID,
  deviceName: 'Reception',
  title: 'Rita at Reception asks for help',
  state: 'active',
  raisedAt: T0,
  changedAt: T0,
  ...changes,
});
