/** The ways into a session through the functions: by role, on the audit record, and under an idempotency key. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  approveAssistanceRequest,
  endAssistance,
  getAssistanceRequest,
  listAssistanceRequests,
} from '../../../lib/api/assistance.ts';
import type { Operation, Role } from '../../../lib/api/operation.ts';
import { isOpen } from '../../../lib/assistance/request.ts';
import { deviceItem } from '../../../lib/aws/device-items.ts';
import { requestItem } from '../../../lib/aws/request-items.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, requestIn } from '../support/fixtures.ts';
import { loadFunction } from '../support/functions.ts';
import { caller, claimsOf, jsonOf, problemIn } from '../support/http.ts';
import { T0 } from '../support/time.ts';

const WAYS_IN = /rustdesk:|987654321|SupporterLink|supporterLink/;

let dynamo: FakeDynamoDb;

const put = (TableName: string, Item: Record<string, unknown>) => dynamo.db.send(new PutCommand({ TableName, Item }));

const { id } = requestIn('pending');

/** A request with RustDesk's session, that anna approved where it is answered. */
const putRequest = async (state: 'pending' | 'approved' | 'connected' | 'ended') => {
  const request = requestIn(state);
  await put('assistance', requestItem(request));
  await put('devices', deviceItem(aDevice(isOpen(request) ? { openAssistance: { requestId: id } } : {})));
};

const as = async (who: string, role: Role, operation: Operation, sent: { key?: string; body?: unknown } = {}) =>
  caller(await loadFunction('admin-assistance'))({
    operation,
    ...(operation.path.includes('{') && { params: { id } }),
    claims: { ...claimsOf(role), sub: `sub-${who}`, username: who },
    ...(sent.key !== undefined && { headers: { 'idempotency-key': sent.key } }),
    ...('body' in sent && { body: sent.body }),
  });

const sessionIn = (result: Awaited<ReturnType<typeof as>>) =>
  (jsonOf(result) as { session?: Record<string, unknown> }).session;

const records = () => dynamo.items('audit').map(({ operation, actor, outcome }) => ({ operation, actor, outcome }));
const readBy = (who: string) => ({
  operation: 'getAssistanceRequest',
  actor: { type: 'admin', id: `sub-${who}`, name: who, roles: ['helpdesk'] },
  outcome: 'succeeded',
});

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
beforeEach(() => {
  vi.setSystemTime(T0);
  dynamo = fakeDynamoDb();
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  vi.useRealTimers();
});

describe('a supporter’s link', () => {
  it.each(['approved', 'connected'] as const)(
    'is read by helpdesk and above of a request that is %s',
    async (state) => {
      await putRequest(state);
      for (const role of ['helpdesk', 'operator', 'admin'] as const) {
        const session = sessionIn(await as('ben', role, getAssistanceRequest));
        expect(session).toMatchObject({ supporterLink: expect.stringContaining('rustdesk://'), code: '987654321' });
      }
    },
  );

  it('is not a viewer’s, whose reading is not on record', async () => {
    await putRequest('connected');
    const result = await as('ben', 'viewer', getAssistanceRequest);
    expect(sessionIn(result)).toEqual({ connector: 'rustdesk', validUntil: expect.any(String) });
    expect(result.body).not.toMatch(WAYS_IN);
    expect(records()).toEqual([]);
  });

  it.each(['viewer', 'helpdesk', 'admin'] as const)('is in no list, for whoever reads it: %s', async (role) => {
    await putRequest('connected');
    const result = await as('anna', role, listAssistanceRequests);
    expect(jsonOf(result)).toMatchObject({
      items: [{ id, session: { connector: 'rustdesk', validUntil: expect.any(String) } }],
    });
    expect(result.body).not.toMatch(WAYS_IN);
  });

  it('is gone when the request is over: from the answer that ends it, from later ones, and from the record', async () => {
    await putRequest('connected');
    for (const result of [
      await as('anna', 'helpdesk', endAssistance),
      await as('anna', 'admin', getAssistanceRequest),
      await as('ben', 'helpdesk', getAssistanceRequest),
    ]) {
      expect(jsonOf(result)).toMatchObject({ state: 'ended', session: { connector: 'rustdesk' } });
      expect(result.body).not.toMatch(WAYS_IN);
    }
    expect(JSON.stringify(dynamo.items('assistance'))).not.toMatch(WAYS_IN);
    expect(records()).toHaveLength(1);
  });

  it('is given to others than the approver once it is on the audit record, which it is once for each', async () => {
    await putRequest('approved');
    await as('anna', 'helpdesk', getAssistanceRequest);
    expect(records()).toEqual([]);
    for (const who of ['ben', 'ben', 'cleo', 'ben', 'cleo']) await as(who, 'helpdesk', getAssistanceRequest);
    expect(records()).toEqual([readBy('ben'), readBy('cleo')]);
  });

  it('is not given where the record cannot be written', async () => {
    await putRequest('approved');
    const error = Object.assign(new Error('killed'), { name: 'ProvisionedThroughputExceededException' });
    dynamo.failures.push({ name: 'TransactWrite', error });
    const result = await as('ben', 'helpdesk', getAssistanceRequest);
    expect(problemIn(result).code).toBe('internal_error');
    expect(records()).toEqual([]);
    await as('ben', 'helpdesk', getAssistanceRequest);
    expect(records()).toEqual([readBy('ben')]);
  });
});

describe('an approval under the same key', () => {
  const approve = (who = 'anna', role: Role = 'helpdesk') =>
    as(who, role, approveAssistanceRequest, { key: 'key', body: {} });

  it('is answered with the request as it is by then', async () => {
    await putRequest('pending');
    const first = await approve();
    expect(sessionIn(first)).toMatchObject({ supporterLink: 'rustdesk://987654321' });
    const again = await approve();
    expect(again).toMatchObject({ statusCode: 200, headers: { 'idempotency-replayed': 'true' }, body: first.body });
    await as('ben', 'helpdesk', endAssistance);
    const after = await approve();
    expect(after).toMatchObject({ statusCode: 200, headers: { 'idempotency-replayed': 'true' } });
    expect(jsonOf(after)).toMatchObject({ state: 'ended', session: { connector: 'rustdesk' } });
    expect(after.body).not.toMatch(WAYS_IN);
  });

  it('is refused to whoever has lost the role', async () => {
    await putRequest('pending');
    await approve();
    const later = await approve('anna', 'viewer');
    expect(problemIn(later).code).toBe('forbidden');
    expect(later.body).not.toMatch(WAYS_IN);
  });

  it('of somebody else is another one', async () => {
    await putRequest('pending');
    await approve();
    expect(problemIn(await approve('ben'))).toMatchObject({ code: 'invalid_state', currentState: 'approved' });
  });

  it('finds no link kept with the key', async () => {
    await putRequest('pending');
    const { body: first } = await approve();
    const [kept] = dynamo.items('idempotency');
    const { sealedAnswer } = (kept as { record: { sealedAnswer: string } }).record;
    // Sealed, so that its length is what can be seen of it: shorter than any link.
    expect(Buffer.from(sealedAnswer, 'base64').length - 28).toBe(JSON.stringify({ status: 200, body: null }).length);
    expect(first).toMatch(WAYS_IN);
  });
});
