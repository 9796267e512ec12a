/** The use cases of both sides on one store: the person's and the admins'. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../../lib/api/problem.ts';
import { changeRequest, getRequest, listRequests, type RequestFilter } from '../../../lib/assistance/admin.ts';
import { approveRequest } from '../../../lib/assistance/approve.ts';
import type { AssistanceRequest } from '../../../lib/assistance/model.ts';
import { changeOwnRequest, getOwnRequest, requestAssistance } from '../../../lib/assistance/person.ts';
import { consent, decline, end, withdraw } from '../../../lib/assistance/request.ts';
import { sweepRequests } from '../../../lib/assistance/sweep.ts';
import { assistanceIn, onboarded, type TestConnector, testConnector } from '../support/assistance.ts';
import { ANNA, aDevice, BEN, DEVICE_ID } from '../support/fixtures.ts';
import { countingIds, id } from '../support/ids.ts';
import { codeFrom, problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

const FOUR_HOURS = 4 * HOUR;
const OTHER_ID = id('dev', 'other');
const CALL = { message: 'My screen is upside down', requester: { name: 'Rita' } };

let store: Store;
let clock: SettableClock;
let connector: TestConnector;
let newId: ReturnType<typeof countingIds>;

const person = () => ({ requests: assistanceIn(store), clock, newId, requestsPerHour: 3 });
const admin = () => ({ requests: assistanceIn(store), connectors: onboarded(connector), clock });
const device = (deviceId = DEVICE_ID) => store.devices.get(deviceId) ?? expect.fail('no device');

const ask = (deviceId = DEVICE_ID): Promise<AssistanceRequest> => requestAssistance(person(), device(deviceId), CALL);
const approveIt = (requestId: string, by = ANNA) => approveRequest(admin(), requestId, {}, by);
const stored = (requestId: string) => store.requests.get(requestId);

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
  connector = testConnector();
  newId = countingIds();
  for (const deviceId of [DEVICE_ID, OTHER_ID]) store.devices.set(deviceId, aDevice({ id: deviceId }));
});

describe('asking for help', () => {
  it('makes a pending request that is the open one of its device', async () => {
    const request = await ask();
    expect(request).toMatchObject({ state: 'pending', createdAt: T0, expiresAt: T0 + FOUR_HOURS, ...CALL });
    expect(device().openAssistance).toEqual({ requestId: request.id, state: 'pending', expiresAt: T0 + FOUR_HOURS });
  });

  it('a second time while the first is open is a conflict', async () => {
    const { id: first } = await ask();
    expect(await codeFrom(ask())).toBe('already_exists');
    await approveIt(first);
    clock.advance(2 * FOUR_HOURS);
    await expect(ask()).rejects.toMatchObject({ code: 'already_exists', extras: { existingId: first } });
    expect(store.requests.size).toBe(1);
  });

  it('and withdrawing, over and over, ends with the hour’s allowance, which the next hour has anew', async () => {
    const askAndWithdraw = async () => changeOwnRequest(person(), device(), (await ask()).id, withdraw);
    for (let times = 1; times <= 3; times += 1) await askAndWithdraw();
    clock.advance(30 * MINUTE);
    expect(await problemFrom(ask())).toMatchObject({
      code: 'too_many_requests',
      extras: { retryAfterSeconds: 1800 },
    });
    expect(store.requests.size).toBe(3);
    clock.advance(30 * MINUTE);
    for (let times = 1; times <= 3; times += 1) await askAndWithdraw();
    expect(await codeFrom(ask())).toBe('too_many_requests');
  });

  it('twice at once makes one request', async () => {
    const readBefore = device();
    const both = await Promise.allSettled([1, 2].map(() => requestAssistance(person(), readBefore, CALL)));
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'already_exists' } });
  });

  it('again is possible from the millisecond on that the first is over, swept or not', async () => {
    await ask();
    clock.advance(FOUR_HOURS - 1);
    expect(await codeFrom(ask())).toBe('already_exists');
    clock.advance(1);
    expect((await ask()).state).toBe('pending');
  });

  it.each(['declined', 'withdrawn', 'ended'])('again is possible once the first is %s', async (how) => {
    const { id: first } = await ask();
    if (how === 'declined') await changeRequest(admin(), first, (request, now) => decline(request, 'no', ANNA, now));
    if (how === 'withdrawn') await changeOwnRequest(person(), device(), first, withdraw);
    if (how === 'ended') {
      await approveIt(first);
      await changeOwnRequest(person(), device(), first, (request, now) => end(request, 'userEnded', now));
    }
    expect((await ask()).state).toBe('pending');
  });

  it('is refused to a device that is retired meanwhile', async () => {
    const readBefore = device();
    store.devices.set(DEVICE_ID, aDevice({ retiredAt: T0 }));
    expect(await codeFrom(requestAssistance(person(), readBefore, CALL))).toBe('already_exists');
    expect(store.requests.size).toBe(0);
  });
});

describe('reading a request', () => {
  it('is for its own device and for admins; another device finds nothing', async () => {
    const { id: requestId } = await ask();
    expect((await getOwnRequest(person(), device(), requestId)).id).toBe(requestId);
    expect((await getRequest(admin(), requestId)).id).toBe(requestId);
    expect(await codeFrom(getOwnRequest(person(), device(OTHER_ID), requestId))).toBe('not_found');
  });

  it('that never was is 404 for all', async () => {
    const never = id('req', 'never');
    expect(await codeFrom(getOwnRequest(person(), device(), never))).toBe('not_found');
    expect(await codeFrom(getRequest(admin(), never))).toBe('not_found');
  });

  const readings = async (requestId: string) => {
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => 'found',
        (error: ProblemError) => error.code,
      );
    return {
      admin: await codeOf(getRequest(admin(), requestId)),
      own: await codeOf(getOwnRequest(person(), device(), requestId)),
      other: await codeOf(getOwnRequest(person(), device(OTHER_ID), requestId)),
    };
  };
  const gone = { admin: 'not_found', own: 'expired', other: 'not_found' };

  it('ends with its four hours, to the millisecond, before anything has deleted it', async () => {
    const { id: requestId } = await ask();
    clock.advance(FOUR_HOURS - 1);
    expect(await readings(requestId)).toEqual({ admin: 'found', own: 'found', other: 'not_found' });
    clock.advance(1);
    expect(stored(requestId)).toBeDefined();
    expect(await readings(requestId)).toEqual(gone);
  });

  it('tells its device the same after the sweep has deleted it', async () => {
    const { id: requestId } = await ask();
    clock.advance(FOUR_HOURS);
    expect(await sweepRequests(admin())).toBe(1);
    expect(stored(requestId)).toBeUndefined();
    expect(await readings(requestId)).toEqual(gone);
  });

  it('tells its device the same after the table itself has deleted it, before the stream is read', async () => {
    const { id: requestId } = await ask();
    clock.advance(FOUR_HOURS);
    store.requests.delete(requestId);
    expect(await readings(requestId)).toEqual(gone);
  });

  it('is 404 for all once what was left of it is gone too and the person has asked again', async () => {
    const { id: requestId } = await ask();
    clock.advance(FOUR_HOURS);
    await sweepRequests(admin());
    store.expired.clear();
    expect(await readings(requestId)).toEqual(gone);
    await ask();
    expect(await readings(requestId)).toEqual({ admin: 'not_found', own: 'not_found', other: 'not_found' });
  });

  it('goes on for as long as it is kept once it is answered', async () => {
    const { id: requestId } = await ask();
    await approveIt(requestId);
    clock.advance(10 * FOUR_HOURS);
    expect(await readings(requestId)).toEqual({ admin: 'found', own: 'found', other: 'not_found' });
  });
});

describe('the list', () => {
  it('is newest first and leaves out what has expired and is not deleted yet', async () => {
    const old = await ask();
    clock.advance(HOUR);
    const young = await ask(OTHER_ID);
    const ids = async () => (await listRequests(admin(), {}, { limit: 10 })).items.map((item) => item.id);
    clock.set(T0 + FOUR_HOURS - 1);
    expect(await ids()).toEqual([young.id, old.id]);
    clock.set(T0 + FOUR_HOURS);
    expect(await ids()).toEqual([young.id]);
    expect((await listRequests(admin(), { state: 'pending' }, { limit: 10 })).items).toHaveLength(1);
  });

  it('is of one state where one is asked for', async () => {
    const { id: requestId } = await ask();
    await ask(OTHER_ID);
    await approveIt(requestId);
    const { items } = await listRequests(admin(), { state: 'approved' }, { limit: 10 });
    expect(items.map((item) => item.id)).toEqual([requestId]);
  });

  it('of the open ones is oldest first, whether they wait or are answered, without those that are over', async () => {
    const { id: first } = await ask();
    clock.advance(HOUR);
    const { id: second } = await ask(OTHER_ID);
    await approveIt(first);
    const ids = async (filter: RequestFilter) =>
      (await listRequests(admin(), filter, { limit: 10 })).items.map((item) => item.id);
    expect(await ids({ state: 'open' })).toEqual([first, second]);
    await changeRequest(admin(), second, (request, now) => decline(request, 'no', ANNA, now));
    expect(await ids({ state: 'open' })).toEqual([first]);
    clock.advance(FOUR_HOURS);
    const { id: third } = await ask(OTHER_ID);
    expect(await ids({ state: 'open' })).toEqual([first, third]);
    clock.advance(FOUR_HOURS);
    expect(await ids({ state: 'open' })).toEqual([first]);
  });

  it('of one device is newest first, all or those in a state', async () => {
    const { id: first } = await ask();
    await changeRequest(admin(), first, (request, now) => decline(request, 'no', ANNA, now));
    await ask(OTHER_ID);
    clock.advance(HOUR);
    const { id: second } = await ask();
    const ids = async (filter: RequestFilter) =>
      (await listRequests(admin(), { ...filter, deviceId: DEVICE_ID }, { limit: 10 })).items.map((item) => item.id);
    expect(await ids({})).toEqual([second, first]);
    expect(await ids({ state: 'declined' })).toEqual([first]);
    expect(await ids({ state: 'open' })).toEqual([second]);
  });

  it('goes on after what it left out', async () => {
    await ask();
    clock.advance(HOUR);
    await ask(OTHER_ID);
    clock.set(T0 + FOUR_HOURS);
    const first = await listRequests(admin(), {}, { limit: 1 });
    expect(first.next).toBeDefined();
    const second = await listRequests(admin(), {}, { limit: 1, after: first.next ?? '' });
    expect(second).toEqual({ items: [] });
  });
});

describe('answering after four hours', () => {
  const answers = (requestId: string): Record<string, Promise<unknown>> => ({
    approve: approveIt(requestId),
    decline: changeRequest(admin(), requestId, (request, now) => decline(request, 'no', ANNA, now)),
    end: changeRequest(admin(), requestId, (request, now) => end(request, 'adminEnded', now, ANNA)),
    withdraw: changeOwnRequest(person(), device(), requestId, withdraw),
    consent: changeOwnRequest(person(), device(), requestId, (request, now) => consent(request, true, now)),
    endByPerson: changeOwnRequest(person(), device(), requestId, (request, now) => end(request, 'userEnded', now)),
  });

  it.each(['before', 'after'])('is 410, whoever answers, %s the request is deleted', async (when) => {
    const { id: requestId } = await ask();
    clock.advance(FOUR_HOURS);
    if (when === 'after') await sweepRequests(admin());
    for (const [name, call] of Object.entries(answers(requestId))) {
      expect(await codeFrom(call), name).toBe('expired');
    }
    expect(connector.orders).toEqual([]);
  });

  it("is 404 for another device's request all the same", async () => {
    const { id: requestId } = await ask();
    clock.advance(FOUR_HOURS);
    expect(await codeFrom(changeOwnRequest(person(), device(OTHER_ID), requestId, withdraw))).toBe('not_found');
    await sweepRequests(admin());
    expect(await codeFrom(changeOwnRequest(person(), device(OTHER_ID), requestId, withdraw))).toBe('not_found');
  });

  it('is 404 where nothing is left that tells of it', async () => {
    expect(await codeFrom(approveIt(id('req', 'never')))).toBe('not_found');
  });
});

describe('approving', () => {
  it('opens a session with what the connector needs to know, and keeps it', async () => {
    const request = await requestAssistance(person(), device(), { ...CALL, rustdeskId: '123' });
    const approved = await approveRequest(admin(), request.id, { waitingMessage: 'One moment' }, ANNA);
    expect(connector.orders).toEqual([
      {
        requestId: request.id,
        requestedAt: request.createdAt,
        deviceName: request.deviceName,
        ...CALL,
        rustdeskId: '123',
        waitingMessage: 'One moment',
        mayExist: false,
      },
    ]);
    expect(approved).toMatchObject({ state: 'approved', approvedBy: 'anna', session: { code: 'code-1' } });
    expect(stored(request.id)).toEqual(approved);
    expect(device().openAssistance).toEqual({ requestId: request.id, state: 'approved' });
  });

  it('twice at once gives one admin the session; the other a conflict', async () => {
    const { id: requestId } = await ask();
    const both = await Promise.allSettled([approveIt(requestId, ANNA), approveIt(requestId, BEN)]);
    const won = both.filter((one) => one.status === 'fulfilled');
    const lost = both.filter((one) => one.status === 'rejected');
    expect(won).toHaveLength(1);
    expect(lost).toMatchObject([{ reason: { code: 'invalid_state', extras: { currentState: 'approved' } } }]);
    expect(connector.orders).toHaveLength(2);
    expect(stored(requestId)).toEqual(won[0]?.value);
  });

  it('loses against a withdrawal at the same moment', async () => {
    const { id: requestId } = await ask();
    const [approved, withdrawn] = await Promise.allSettled([
      approveIt(requestId),
      changeOwnRequest(person(), device(), requestId, withdraw),
    ]);
    expect(withdrawn.status).toBe('fulfilled');
    expect(approved).toMatchObject({ reason: { code: 'invalid_state', extras: { currentState: 'withdrawn' } } });
    expect(stored(requestId)).not.toHaveProperty('session');
  });

  it('whose answer from the database was lost keeps the session: the request was saved with it', async () => {
    const { id: requestId } = await ask();
    const { save, ...requests } = assistanceIn(store);
    const losesAnswer: typeof save = async (before, after, record) => {
      await save(before, after, record);
      throw new Error('the connection was reset');
    };
    const lost = approveRequest({ ...admin(), requests: { ...requests, save: losesAnswer } }, requestId, {}, ANNA);
    await expect(lost).rejects.toThrow('the connection was reset');
    expect(stored(requestId)?.state).toBe('approved');
  });

  it('where the connector fails leaves the request pending and passes on what the provider said', async () => {
    const { id: requestId } = await ask();
    connector.fail = new ProblemError('connector_failed', 'RustDesk says: no.');
    expect(await problemFrom(approveIt(requestId))).toBe(connector.fail);
    expect(stored(requestId)).toMatchObject({ state: 'pending', version: 1 });
    connector.fail = undefined;
    expect((await approveIt(requestId)).state).toBe('approved');
  });

  it('with a connector that is not onboarded is a conflict that names it, before anything is opened', async () => {
    const { id: requestId } = await ask();
    const problem = await problemFrom(approveRequest(admin(), requestId, { connector: 'teamviewer' }, ANNA));
    expect(problem.code).toBe('connector_not_onboarded');
    expect(problem.message).toContain('teamviewer');
    const none = { ...admin(), connectors: onboarded() };
    expect((await problemFrom(approveRequest(none, requestId, {}, ANNA))).message).toContain('rustdesk');
    expect(stored(requestId)?.state).toBe('pending');
  });

  it('what is answered opens nothing', async () => {
    const { id: requestId } = await ask();
    await changeOwnRequest(person(), device(), requestId, withdraw);
    expect(await codeFrom(approveIt(requestId))).toBe('invalid_state');
    expect(connector.orders).toEqual([]);
  });
});

describe('consenting', () => {
  const consentTo = (requestId: string, accepted: boolean) =>
    changeOwnRequest(person(), device(), requestId, (request, now) => consent(request, accepted, now));

  it.each([
    { accepted: true, state: 'connected' },
    { accepted: false, state: 'refused' },
  ])('makes the request $state; again changes nothing', async ({ accepted, state }) => {
    const { id: requestId } = await ask();
    await approveIt(requestId);
    const first = await consentTo(requestId, accepted);
    expect(first.state).toBe(state);
    clock.advance(MINUTE);
    expect(await consentTo(requestId, accepted)).toBe(first);
    expect(await problemFrom(consentTo(requestId, !accepted))).toMatchObject({
      code: 'invalid_state',
      extras: { currentState: state },
    });
  });

  it('to what nobody approved is a conflict', async () => {
    const { id: requestId } = await ask();
    expect(await codeFrom(consentTo(requestId, true))).toBe('invalid_state');
  });

  it("to another device's request is 404", async () => {
    const { id: requestId } = await ask();
    await approveIt(requestId);
    const call = changeOwnRequest(person(), device(OTHER_ID), requestId, (request, now) => consent(request, true, now));
    expect(await codeFrom(call)).toBe('not_found');
    expect(stored(requestId)?.state).toBe('approved');
  });
});

describe('the sweep', () => {
  it('deletes what is over and nothing else, twice at once too', async () => {
    const old = await ask();
    clock.advance(1);
    const young = await ask(OTHER_ID);
    clock.set(T0 + FOUR_HOURS);
    await Promise.all([sweepRequests(admin()), sweepRequests(admin())]);
    expect([...store.requests.keys()]).toEqual([young.id]);
    expect(store.expired.get(old.id)).toEqual({ id: old.id, deviceId: DEVICE_ID, expiredAt: T0 + FOUR_HOURS });
  });

  it('leaves alone what is answered since it was found due', async () => {
    const { id: requestId } = await ask();
    clock.set(T0 + FOUR_HOURS);
    const requests = assistanceIn(store);
    const find: typeof requests.find = async (wanted) => {
      const found = await requests.find(wanted);
      if (found) store.requests.set(wanted, { ...found, state: 'approved', version: found.version + 1 });
      return found;
    };
    await sweepRequests({ requests: { ...requests, find }, clock });
    expect(stored(requestId)?.state).toBe('approved');
  });
});
