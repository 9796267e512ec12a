import { beforeEach, describe, expect, it, vi } from 'vitest';
import { issueToken, parseToken } from '../../../lib/devices/credential.ts';
import { createEnrollmentToken, type EnrollmentOrder, enroll } from '../../../lib/devices/enrollment.ts';
import { isUsable } from '../../../lib/devices/model.ts';
import { tokensIn } from '../support/devices.ts';
import { ANNA } from '../support/fixtures.ts';
import { groupsIn } from '../support/groups.ts';
import { countingIds, id } from '../support/ids.ts';
import { problemFrom } from '../support/problems.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, type SettableClock, settableClock, T0 } from '../support/time.ts';

let store: Store;
let clock: SettableClock;
let newId: ReturnType<typeof countingIds>;

const actAs = vi.fn();
const deps = () => ({ tokens: tokensIn(store), groups: groupsIn(store), clock, newId, actAs });
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

describe('enrolling', () => {
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
