/** What the HTTP functions put on record: who changed what, and who was denied. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acknowledgeAlert } from '../../../lib/api/alerts.ts';
import { createEnrollmentToken, enroll, getDevice } from '../../../lib/api/devices.ts';
import { anothers, notFound } from '../../../lib/api/problem.ts';
import { acknowledgeTask } from '../../../lib/api/restarts.ts';
import type { AuditRecord, AuditSubject } from '../../../lib/audit/model.ts';
import { httpFunction } from '../../../lib/lambda/http.ts';
import type { ActAs, Route } from '../../../lib/lambda/http-types.ts';
import { type TrailInMemory, trailInMemory } from '../support/audit.ts';
import { credentialsIn } from '../support/credentials.ts';
import { aDevice, BOOT_1, DEVICE_ID, deviceCredential } from '../support/fixtures.ts';
import { ADMIN_ROLES, caller, claimsOf, problemIn, REQUEST_ID, type Sent } from '../support/http.ts';
import { id } from '../support/ids.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { T0 } from '../support/time.ts';

const TASK_ID = id('tsk', 'one');
const AGENT = { authorization: `Bearer ${deviceCredential.token}` };
const ACKNOWLEDGEMENT = { receipt: '1.aGFuZGxl', bootId: BOOT_1 };
const ENROLMENT = { enrollmentToken: 'x', name: 'Reception', platform: 'linux', agentVersion: '1' };

let store: Store;
let trail: TrailInMemory;
/** What the next handler does with its call. */
let handle: (call: { actAs: ActAs }) => Promise<never>;

const serve = (operation: Sent['operation']): Route => ({
  operation,
  handle: ((call: never) => handle(call)) as never,
});

const call = (sent: Sent) =>
  caller(
    httpFunction({
      audit: trail,
      adminRoles: ADMIN_ROLES,
      credentials: credentialsIn(store),
      routes: [acknowledgeAlert, acknowledgeTask, createEnrollmentToken, enroll, getDevice].map(serve),
    }),
  )(sent);

/** What the change of the last request would have on record. */
const described = (changed?: AuditSubject): AuditRecord => trail.followed.at(-1)?.(changed) ?? expect.fail('nothing');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  store = emptyStore();
  store.devices.set(DEVICE_ID, aDevice());
  trail = trailInMemory();
  handle = async () => ({ status: 204, body: undefined }) as never;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a change', () => {
  it('by an admin is described with the roles of the token, the address and the request', async () => {
    const subject = { type: 'alert', id: id('alr', 'one') };
    await call({ operation: acknowledgeAlert, params: { id: subject.id }, claims: claimsOf('viewer', 'helpdesk') });
    expect(described()).toEqual({
      id: expect.stringMatching(/^evt_[0-9A-Z]{26}$/),
      at: T0,
      actor: { type: 'admin', id: 'sub-anna', name: 'anna', roles: ['viewer', 'helpdesk'] },
      operation: 'acknowledgeAlert',
      subject,
      sourceIp: '127.0.0.1',
      requestId: REQUEST_ID,
      outcome: 'succeeded',
    });
    expect(described().id).not.toBe(described().id);
    expect(trail.appended).toEqual([]);
  });

  it('by a device is described with its id and name', async () => {
    await call({ operation: acknowledgeTask, headers: AGENT, params: { id: TASK_ID }, body: ACKNOWLEDGEMENT });
    expect(described().actor).toEqual({ type: 'device', id: DEVICE_ID, name: 'Reception' });
    expect(described().subject).toEqual({ type: 'restartTask', id: TASK_ID });
  });

  it('is about what it wrote, where that shows', async () => {
    await call({ operation: createEnrollmentToken, claims: claimsOf('admin'), body: {} });
    const made = { type: 'enrollmentToken', id: id('enr', 'one') };
    expect(described(made).subject).toEqual(made);
    expect(described().subject).toEqual({ type: 'enrollmentToken' });
  });

  it('by somebody whom the operation lets in unknown has to be said to be theirs', async () => {
    await call({ operation: enroll, body: ENROLMENT });
    expect(() => described()).toThrow('enroll changes something, and has not said who does');
    handle = async ({ actAs }) => {
      actAs({ type: 'device', id: DEVICE_ID, name: 'Reception' });
      return { status: 201, body: {} } as never;
    };
    await call({ operation: enroll, body: ENROLMENT });
    expect(described().actor).toEqual({ type: 'device', id: DEVICE_ID, name: 'Reception' });
  });
});

describe('a denied attempt', () => {
  it('of an admin without the role is on record, even where the request is not well formed', async () => {
    for (const body of [{}, '{']) {
      const result = await call({ operation: createEnrollmentToken, claims: claimsOf('operator'), body });
      expect(problemIn(result).code).toBe('forbidden');
    }
    expect(trail.appended).toHaveLength(2);
    expect(trail.appended[0]).toEqual({
      id: expect.stringMatching(/^evt_/),
      at: T0,
      actor: { type: 'admin', id: 'sub-anna', name: 'anna', roles: ['operator'] },
      operation: 'createEnrollmentToken',
      subject: { type: 'enrollmentToken' },
      sourceIp: '127.0.0.1',
      requestId: REQUEST_ID,
      outcome: 'denied',
      status: 403,
    });
    expect(trail.followed).toEqual([]);
  });

  it('of one without any role is too, and so is one to read', async () => {
    await call({ operation: getDevice, params: { id: DEVICE_ID }, claims: claimsOf() });
    expect(trail.appended).toMatchObject([
      { operation: 'getDevice', subject: { type: 'device', id: DEVICE_ID }, actor: { roles: [] }, status: 403 },
    ]);
  });

  it('of a device at what is another’s is on record as that, and answered as what never was', async () => {
    const ask = () =>
      call({ operation: acknowledgeTask, headers: AGENT, params: { id: TASK_ID }, body: ACKNOWLEDGEMENT });
    handle = () => Promise.reject(anothers('restart task'));
    const foreign = await ask();
    handle = () => Promise.reject(notFound('restart task'));
    expect(foreign).toEqual(await ask());
    expect(foreign.statusCode).toBe(404);
    expect(trail.appended).toMatchObject([
      {
        actor: { type: 'device', id: DEVICE_ID, name: 'Reception' },
        operation: 'acknowledgeTask',
        subject: { type: 'restartTask', id: TASK_ID },
        outcome: 'denied',
        status: 404,
      },
    ]);
  });

  it('of nobody is none: no token, a wrong one, an enrolment that is refused', async () => {
    await call({ operation: createEnrollmentToken, body: {} });
    await call({ operation: acknowledgeTask, params: { id: TASK_ID }, body: ACKNOWLEDGEMENT });
    const headers = { authorization: `Bearer ${deviceCredential.token.slice(0, -4)}AAAA` };
    await call({ operation: acknowledgeTask, headers, params: { id: TASK_ID }, body: ACKNOWLEDGEMENT });
    await call({ operation: enroll, body: {} });
    expect(trail.appended).toEqual([]);
  });

  it('is not answered as one unless it is on record, and never let in', async () => {
    trail = { ...trail, append: () => Promise.reject(new Error('throttled')) };
    const result = await call({ operation: createEnrollmentToken, claims: claimsOf('viewer'), body: {} });
    expect(problemIn(result)).toMatchObject({ status: 500, code: 'internal_error' });
    expect(trail.followed).toEqual([]);
  });

  it('is not what fails otherwise', async () => {
    handle = () => Promise.reject(new Error('broken'));
    await call({ operation: acknowledgeAlert, params: { id: 'x' }, claims: claimsOf('helpdesk') });
    await call({ operation: createEnrollmentToken, claims: claimsOf('admin'), body: { maxUses: 0 } });
    expect(trail.appended).toEqual([]);
  });
});
