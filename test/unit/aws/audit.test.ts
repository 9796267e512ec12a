/** The audit trail on DynamoDB: what is added, that it stays as it is, and how it is read. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../lib/audit/model.ts';
import type { AuditFilter } from '../../../lib/audit/ports.ts';
import { addRecord, subjectsOf } from '../../../lib/aws/audit-items.ts';
import { createAuditLog } from '../../../lib/aws/audit-log.ts';
import { createAuditTrail } from '../../../lib/aws/audit-trail.ts';
import { transact } from '../../../lib/aws/dynamodb.ts';
import { idempotencyWrites } from '../../../lib/aws/idempotency-store.ts';
import { deviceKey, taskKey } from '../../../lib/aws/keys.ts';
import { create } from '../../../lib/aws/versioned.ts';
import { DAY } from '../../../lib/clock.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { rememberFor } from '../../../lib/idempotency/model.ts';
import { derivedId } from '../../../lib/ids.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { ANNA, BEN, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { T0 } from '../support/time.ts';

const OTHER_ID = id('dev', 'other');

const record = (number: number, actor = ANNA, subjectId: string | undefined = DEVICE_ID): AuditRecord => ({
  id: derivedId('evt', T0 + number, `${number}`),
  at: T0 + number,
  actor: { type: 'admin', ...actor, roles: ['admin'] },
  operation: 'renameDevice',
  subject: { type: 'device', ...(subjectId !== undefined && { id: subjectId }) },
  sourceIp: '192.0.2.1',
  requestId: `request ${number}`,
  outcome: 'succeeded',
});

let dynamo: FakeDynamoDb;
const trail = () => createAuditTrail(dynamo.db, { AUDIT_TABLE: dynamo.tables.audit, AUDIT_RETENTION_DAYS: '30' });

beforeEach(() => {
  dynamo = fakeDynamoDb();
});

describe('a record', () => {
  it('is added once, with the end that the stage says, and never replaced', async () => {
    const one = record(1);
    await trail().append(one);
    expect(dynamo.items('audit')).toMatchObject([{ ttl: Math.ceil((one.at + 30 * DAY) / 1000) }]);
    await expect(trail().append({ ...one, operation: 'other' })).rejects.toThrow(ConcurrentChange);
    const writes = [addRecord({ table: dynamo.tables.audit, retentionDays: 1 }, { ...one, operation: 'other' })];
    await expect(transact(dynamo.db, writes)).rejects.toThrow(ConcurrentChange);
    expect((await createAuditLog(dynamo.db, dynamo.tables.audit).list({ limit: 5 })).items).toEqual([one]);
  });

  it('goes with the change, and is told what the change is about', async () => {
    const change = create(dynamo.tables.restarts, { ...taskKey(id('tsk', 'one')), version: 1 });
    const told: unknown[] = [];
    const result = await trail().follow(
      (changed) => {
        told.push(changed);
        return record(1);
      },
      async () => {
        await transact(dynamo.db, [change]);
        return 'served';
      },
    );
    expect(result).toBe('served');
    expect(told).toEqual([{ type: 'restartTask', id: id('tsk', 'one') }]);
    expect(dynamo.calls.map(({ name }) => name)).toEqual(['TransactWrite']);
    expect(dynamo.items('audit')).toHaveLength(1);
  });
});

describe('what a change is about', () => {
  const put = (pk: string) => create('any', { pk, sk: 'X' });
  const answered = rememberFor({ caller: 'a', operation: 'b', key: 'c', request: 'd' }, T0)({ status: 200, body: {} });

  it('is the first thing of ours that is written, whichever way', () => {
    const device = { TableName: 'devices', Key: deviceKey(DEVICE_ID), UpdateExpression: 'ADD version :one' };
    const task = { type: 'restartTask', id: id('tsk', 'one') };
    expect(subjectsOf([...idempotencyWrites('idempotency', answered), put(task.id), { Update: device }])).toEqual([
      task,
    ]);
    expect(subjectsOf([{ Update: device }, put(task.id)])).toEqual([{ type: 'device', id: DEVICE_ID }]);
    expect(subjectsOf([{ Delete: { TableName: 'devices', Key: deviceKey(OTHER_ID) } }])).toMatchObject([
      { id: OTHER_ID },
    ]);
  });

  it('is also what else is on record by itself: a device whose place another one takes', () => {
    const former = { ...put(OTHER_ID), isOnRecord: true as const };
    expect(subjectsOf([put(DEVICE_ID), former, put(id('tsk', 'one'))])).toEqual([
      { type: 'device', id: DEVICE_ID },
      { type: 'device', id: OTHER_ID },
    ]);
  });

  it('is not known where none has an id of ours', () => {
    expect(subjectsOf([...idempotencyWrites('idempotency', answered), put('rustdesk'), {}])).toEqual([undefined]);
  });
});

describe('the records', () => {
  const records = Array.from({ length: 40 }, (_, i) =>
    record(i, i % 3 === 0 ? BEN : ANNA, i % 5 === 0 ? OTHER_ID : i % 7 === 0 ? undefined : DEVICE_ID),
  );
  const newestFirst = (wanted: (one: AuditRecord) => boolean) => records.filter(wanted).reverse();

  beforeEach(async () => {
    for (const one of records) await trail().append(one);
    // As short as they may be, so that every list goes on to further pages of DynamoDB's.
    dynamo.pageSize = 2;
  });

  const readAll = async (filter: AuditFilter): Promise<AuditRecord[]> => {
    const log = createAuditLog(dynamo.db, dynamo.tables.audit);
    const found: AuditRecord[] = [];
    let after: string | undefined;
    do {
      const page = await log.list({ limit: 4, ...filter, ...(after !== undefined && { after }) });
      expect(page.items.length).toBeLessThanOrEqual(4);
      found.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return found;
  };

  it('are listed newest first', async () => {
    expect(await readAll({})).toEqual(newestFirst(() => true));
  });

  it('are those of an actor, of a subject, or of both', async () => {
    expect(await readAll({ actor: BEN.id })).toEqual(newestFirst(({ actor }) => actor.id === BEN.id));
    expect(await readAll({ subject: OTHER_ID })).toEqual(newestFirst(({ subject }) => subject.id === OTHER_ID));
    const both = await readAll({ actor: BEN.id, subject: OTHER_ID });
    expect(both).toEqual(newestFirst(({ actor, subject }) => actor.id === BEN.id && subject.id === OTHER_ID));
    expect(both.length).toBeGreaterThan(1);
    expect(await readAll({ actor: 'nobody' })).toEqual([]);
    expect(await readAll({ actor: 'nobody', subject: OTHER_ID })).toEqual([]);
  });
});
