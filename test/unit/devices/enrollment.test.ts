import { beforeEach, describe, expect, it, vi } from 'vitest';
import { authenticateDevice } from '../../../lib/devices/authentication.ts';
import { issueToken, parseToken } from '../../../lib/devices/credential.ts';
import {
  assertNotRevoked,
  createEnrollmentToken,
  type EnrollmentOrder,
  enroll,
} from '../../../lib/devices/enrollment.ts';
import { deviceEvents } from '../../../lib/devices/events.ts';
import { isUsable } from '../../../lib/devices/model.ts';
import { retireDevice } from '../../../lib/devices/retirement.ts';
import { assistanceIn } from '../support/assistance.ts';
import { credentialsIn } from '../support/credentials.ts';
import { devicesIn, tokensIn } from '../support/devices.ts';
import { ANNA, BOOT_1, pendingRequest, taskIn } from '../support/fixtures.ts';
import { groupsIn } from '../support/groups.ts';
import { countingIds, id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;
let newId: ReturnType<typeof countingIds>;

const actAs = vi.fn();
const deps = () => ({
  tokens: tokensIn(store),
  groups: groupsIn(store),
  devices: devicesIn(store),
  assistance: assistanceIn(store),
  clock,
  newId,
  actAs,
});
const makeToken = (maxUses = 1, expiresInHours = 24) =>
  createEnrollmentToken(deps(), { maxUses, expiresInHours }, ANNA);
const order = (enrollmentToken: string): EnrollmentOrder => ({
  enrollmentToken,
  name: 'Reception',
  platform: 'windows',
  agentVersion: '1.0.0',
});

beforeEach(() => {
  store = emptyStore();
  clock = settableClock();
  newId = countingIds();
});

describe('an enrolment token', () => {
  it('is shown once; only its hash is kept', async () => {
    const made = await makeToken(5, 48);
    expect(made).toMatchObject({ maxUses: 5, uses: 0, createdBy: 'anna', expiresAt: '2026-02-02T12:00:00.000Z' });
    const secret = parseToken('enrollment', made.token)?.secret ?? expect.fail('not parsed');
    expect(JSON.stringify([...store.tokens.values()])).not.toContain(secret);
  });

  it('is usable to the last millisecond and the last use', async () => {
    const { id: tokenId } = await makeToken(2, 1);
    const token = store.tokens.get(tokenId) ?? expect.fail('no token');
    expect(isUsable(token, T0 + HOUR - 1)).toBe(true);
    expect(isUsable(token, T0 + HOUR)).toBe(false);
    expect(isUsable({ ...token, uses: 1 }, T0)).toBe(true);
    expect(isUsable({ ...token, uses: 2 }, T0)).toBe(false);
  });
});

describe('an enrolment that is asked for again', () => {
  it('is not answered once its token is revoked; one that is spent or over is no matter', async () => {
    const { id: tokenId, token } = await makeToken();
    await enroll(deps(), order(token));
    clock.advance(25 * HOUR);
    await assertNotRevoked(tokensIn(store), token);
    await tokensIn(store).revoke(tokenId);
    for (const dead of [token, 'nonsense']) {
      expect((await problemFrom(assertNotRevoked(tokensIn(store), dead))).code).toBe('unauthenticated');
    }
  });
});

describe('enrolling', () => {
  it('names the token that the device came in by, in its record and to the audit', async () => {
    const { id: tokenId, token } = await makeToken();
    const { deviceId, device } = await enroll(deps(), order(token));
    expect(device.enrollmentTokenId).toBe(tokenId);
    expect(store.devices.get(deviceId)).toMatchObject({ enrollmentTokenId: tokenId, hasOwnName: true });
    const actor = { type: 'device', id: deviceId, name: 'Reception' };
    expect(actAs).toHaveBeenLastCalledWith(actor, { type: 'enrollmentToken', id: tokenId });
  });

  it('gives the device an id and a credential of its own, of which the hash is kept', async () => {
    const { token } = await makeToken();
    const answer = await enroll(deps(), { ...order(token), serialNumber: 'SN-1' });
    expect(answer.device).toMatchObject({
      id: answer.deviceId,
      name: 'Reception',
      serialNumber: 'SN-1',
      groupIds: [],
      enrolledAt: '2026-01-31T12:00:00.000Z',
    });
    const credential = parseToken('device', answer.deviceToken);
    expect(credential?.id).toBe(answer.deviceId);
    const kept = JSON.stringify(store.devices.get(answer.deviceId));
    expect(kept).not.toContain(credential?.secret);
    expect(JSON.stringify(answer.device)).not.toContain('credentialHash');
  });

  it('is possible as often as the token allows, each time as another device', async () => {
    const { token } = await makeToken(3);
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await enroll(deps(), order(token)));
    expect(new Set(answers.map(({ deviceId }) => deviceId)).size).toBe(3);
    expect(new Set(answers.map(({ deviceToken }) => deviceToken)).size).toBe(3);
    expect((await problemFrom(enroll(deps(), order(token)))).code).toBe('unauthenticated');
  });

  it('of two devices at once with one use left takes one', async () => {
    const { token } = await makeToken(1);
    const both = await Promise.allSettled([enroll(deps(), order(token)), enroll(deps(), order(token))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(store.devices.size).toBe(1);
  });

  it('answers all that is wrong with a token alike', async () => {
    const refusals: Record<string, string> = {};
    const refuse = async (why: string, token: string) => {
      const problem = await problemFrom(enroll(deps(), order(token)));
      expect(problem).toMatchObject({ code: 'unauthenticated', extras: {} });
      refusals[why] = problem.message;
    };
    const spent = await makeToken();
    await enroll(deps(), order(spent.token));
    await refuse('spent', spent.token);

    const revoked = await makeToken();
    await tokensIn(store).revoke(revoked.id);
    await refuse('revoked', revoked.token);

    const good = await makeToken();
    await refuse('wrong secret', issueToken('enrollment', good.id).token);
    await refuse('unknown', issueToken('enrollment', id('enr', 'unknown')).token);
    await refuse('malformed', 'nonsense');
    await refuse('of a device', issueToken('device', id('dev', 'a')).token);

    clock.advance(24 * HOUR);
    await refuse('expired', good.token);

    expect(new Set(Object.values(refusals)).size).toBe(1);
    expect(store.devices.size).toBe(1);
  });

  it('is refused where the token was revoked between being looked at and being used', async () => {
    const { id: tokenId, token } = await makeToken();
    const tokens = tokensIn(store);
    const find: typeof tokens.find = async (wanted) => {
      const found = await tokens.find(wanted);
      await tokens.revoke(tokenId);
      return found;
    };
    const problem = await problemFrom(enroll({ ...deps(), tokens: { ...tokens, find } }, order(token)));
    expect(problem.code).toBe('unauthenticated');
    expect(store.devices.size).toBe(0);
  });
});

describe('enrolling a serial number that a device in service has', () => {
  const sn = (token: string, serialNumber = 'PF-1') => ({ ...order(token), serialNumber });
  const replacing = (maxUses = 9) =>
    createEnrollmentToken(deps(), { maxUses, expiresInHours: 24, mayReplace: true }, ANNA);
  const inService = () => [...store.devices.values()].filter(({ retiredAt }) => retiredAt === undefined);

  it('is refused, uses nothing of the token, and leaves the device as it was', async () => {
    const { id: tokenId, token } = await makeToken(9);
    const { deviceId } = await enroll(deps(), sn(token));
    const before = store.devices.get(deviceId);
    for (const serialNumber of ['PF-1', ' pf-1', 'ＰＦ-1']) {
      const problem = await problemFrom(enroll(deps(), sn(token, serialNumber)));
      expect(problem.code).toBe('already_exists');
      expect(JSON.stringify(problem)).not.toContain(deviceId);
    }
    expect(store.devices.get(deviceId)).toBe(before);
    expect(store.devices.size).toBe(1);
    expect(store.tokens.get(tokenId)?.uses).toBe(1);
  });

  it('tells nothing to those who have no good token', async () => {
    const { token } = await makeToken(1);
    await enroll(deps(), sn(token));
    for (const bad of [token, 'nonsense']) {
      expect((await problemFrom(enroll(deps(), sn(bad)))).code).toBe('unauthenticated');
    }
  });

  it('is possible once that device is retired', async () => {
    const { token } = await makeToken(2);
    const { deviceId } = await enroll(deps(), sn(token));
    await retireDevice({ devices: devicesIn(store), assistance: assistanceIn(store), clock }, deviceId, ANNA);
    expect((await enroll(deps(), sn(token))).deviceId).not.toBe(deviceId);
  });

  it('with a token for it retires that device, and hands on nothing of it', async () => {
    const first = await replacing();
    const { deviceId: formerId, deviceToken } = await enroll(deps(), sn(first.token));
    const task = taskIn('queued', { deviceId: formerId });
    const request = { ...pendingRequest(), deviceId: formerId };
    store.tasks.set(task.id, task);
    store.requests.set(request.id, request);
    store.devices.set(formerId, {
      ...(store.devices.get(formerId) ?? expect.fail('no device')),
      openRestart: task,
      openAssistance: { requestId: request.id },
      recentRestarts: [T0],
      bootId: BOOT_1,
    });
    const { deviceId, device } = await enroll(deps(), sn(first.token));
    expect(deviceId).not.toBe(formerId);
    expect(device).not.toHaveProperty('openRestart');
    expect(Object.keys(store.devices.get(deviceId) ?? {})).not.toEqual(
      expect.arrayContaining(['openRestart', 'openAssistance', 'recentRestarts', 'bootId']),
    );
    expect(store.devices.get(formerId)).toMatchObject({ retiredAt: T0 });
    expect(store.tasks.get(task.id)?.state).toBe('removed');
    expect(store.requests.get(request.id)).toMatchObject({ state: 'ended', endReason: 'deviceRetired' });
    const credentials = credentialsIn(store);
    const old = authenticateDevice({ credentials, clock }, `Bearer ${deviceToken}`, { consistency: 'strongly' });
    expect((await problemFrom(old)).code).toBe('unauthenticated');
    expect(inService()).toHaveLength(1);
  });

  it('is told of the device whose place is taken, with the one that took it', async () => {
    const { token } = await replacing();
    const { deviceId: formerId } = await enroll(deps(), sn(token));
    const before = store.devices.get(formerId);
    const { deviceId } = await enroll(deps(), sn(token));
    const after = store.devices.get(formerId) ?? expect.fail('no device');
    expect(after).toMatchObject({ replacedBy: deviceId });
    expect(deviceEvents(before, after)).toMatchObject([
      { type: 'DeviceRetired', detail: { deviceId: formerId, replacedBy: deviceId } },
    ]);
  });

  it('is possible where that device is being retired, and takes its place then', async () => {
    const { token } = await makeToken(2);
    const { deviceId: formerId } = await enroll(deps(), sn(token));
    await devicesIn(store).revoke(formerId, ANNA.name, T0);
    const { deviceId } = await enroll(deps(), sn(token));
    expect(store.devices.get(formerId)).toMatchObject({ retiredAt: T0, retiredBy: ANNA.name, replacedBy: deviceId });
  });

  it.each([
    ['that may replace', true, 2],
    ['that may not', false, 1],
  ])('ten times at once with a token %s takes one of them', async (_what, mayReplace, uses) => {
    const { id: tokenId, token } = mayReplace ? await replacing(20) : await makeToken(20);
    if (mayReplace) await enroll(deps(), sn(token));
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => enroll(deps(), sn(token))));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(inService()).toHaveLength(1);
    expect(store.tokens.get(tokenId)?.uses).toBe(uses);
  });

  it.each(['Default string', 'To be filled by O.E.M.', '0', '00000000', 'None', 'N/A'])(
    'does not matter where it is a placeholder: %s',
    async (serialNumber) => {
      const { token } = await makeToken(2);
      await enroll(deps(), sn(token, serialNumber));
      expect((await enroll(deps(), sn(token, serialNumber))).device.serialNumber).toBe(serialNumber);
      expect(inService()).toHaveLength(2);
    },
  );
});
