/** The connectors' record and lease in DynamoDB, and what is written of a request's session beside its state. */
import { beforeEach, describe, expect, it } from 'vitest';
import { beginOpening, endOpening } from '../../../lib/assistance/opening.ts';
import { createConnectorLease, createConnectorRecords } from '../../../lib/aws/connector-repository.ts';
import { ConcurrentChange } from '../../../lib/concurrency.ts';
import { initialRegistry } from '../../../lib/connectors/connectors.ts';
import { noteConnection, onboard } from '../../../lib/connectors/registry.ts';
import { type FakeDynamoDb, fakeDynamoDb } from '../support/dynamodb.ts';
import { aDevice, pendingRequest, requestIn } from '../support/fixtures.ts';
import { HOUR, MINUTE, SECOND, type SettableClock, settableClock, T0 } from '../support/time.ts';
import { WORLDS, type World } from '../support/worlds.ts';

describe('the connectors in DynamoDB', () => {
  let dynamo: FakeDynamoDb;
  let clock: SettableClock;
  const initial = initialRegistry({ default: 'rustdesk', rustdesk: {} });
  const records = () => createConnectorRecords(dynamo.db, dynamo.tables.assistance, initial);
  const lease = () => createConnectorLease(dynamo.db, dynamo.tables.assistance, 'teamviewer', clock);

  beforeEach(() => {
    dynamo = fakeDynamoDb();
    clock = settableClock();
  });

  it('are as configured until they are changed, and are changed by one at a time, the first time too', async () => {
    expect(await records().find()).toEqual(initial);
    const onboarded = onboard(initial, 'teamviewer', { by: 'anna', now: T0 });
    await records().save(initial, onboarded);
    expect(await records().find()).toEqual(onboarded);
    await expect(records().save(initial, onboarded)).rejects.toThrow(ConcurrentChange);
    const noted = noteConnection(onboarded, 'teamviewer', T0);
    await records().note(onboarded, noted);
    await expect(records().note(onboarded, noted)).rejects.toThrow(ConcurrentChange);
    expect(await records().find()).toEqual(noted);
  });

  it('have a lease that one holds at a time, until it is given back or its 30 seconds are over', async () => {
    const [first, second] = [lease(), lease()];
    const both = await Promise.all([first.acquire(), second.acquire()]);
    expect(both.filter(Boolean)).toHaveLength(1);
    await first.release();
    await second.release();
    expect(await second.acquire()).toBe(true);
    clock.advance(30 * SECOND - 1);
    expect(await first.acquire()).toBe(false);
    clock.advance(1);
    expect(await first.acquire()).toBe(true);
    // Whose time ran out gives back nothing of the next one's.
    await second.release();
    expect(await lease().acquire()).toBe(false);
  });
});

describe.each(WORLDS)("a request's session %s", (_, make) => {
  let world: World;
  const dueAt = async (now: number, lane: 'time' | 'sessions') => {
    const found: string[] = [];
    for await (const id of world.requests.due(now, lane)) found.push(id);
    return found;
  };

  beforeEach(async () => {
    world = make();
    await world.putDevice(aDevice());
  });

  it('that is being opened is written without a word to the device, if the request is what it was', async () => {
    const request = pendingRequest();
    await world.requests.create(request);
    const before = await world.devices.find(request.deviceId);
    const opening = beginOpening(request, 'teamviewer', T0);
    await world.requests.amend(request, opening);
    await expect(world.requests.amend(request, opening)).rejects.toThrow(ConcurrentChange);
    expect(await world.requests.find(request.id)).toEqual(opening);
    expect(await world.devices.find(request.deviceId)).toEqual(before);
    expect(await dueAt(T0 + 4 * HOUR, 'time')).toEqual([request.id]);
    expect(await dueAt(T0 + 4 * HOUR, 'sessions')).toEqual([]);
  });

  it('that may have been opened before the request expired is due, and no longer once that is settled', async () => {
    const request = pendingRequest();
    await world.requests.create(request);
    const lost = endOpening(beginOpening(request, 'teamviewer', T0), 'teamviewer', T0 + MINUTE, T0);
    await world.requests.amend(request, { ...lost, version: 2 });
    await world.requests.expire({ ...lost, version: 2 }, T0 + 4 * HOUR);
    expect(await dueAt(T0 + MINUTE - 1, 'sessions')).toEqual([]);
    expect(await dueAt(T0 + MINUTE, 'sessions')).toEqual([request.id]);
    const { opening, ...settled } = (await world.requests.findExpired(request.id)) ?? expect.fail('nothing is left');
    expect(opening).toEqual({ teamviewer: T0 + MINUTE });
    await world.requests.saveExpired(settled);
    expect(await dueAt(T0 + HOUR, 'sessions')).toEqual([]);
    expect(await world.requests.findExpired(request.id)).toEqual(settled);
  });

  it('is put off without a new version, and not once it has changed', async () => {
    const request = pendingRequest();
    await world.requests.create(request);
    const approved = { ...requestIn('approved'), session: { connector: 'teamviewer', supporterLink: 'x' } as const };
    await world.requests.save(request, approved);
    expect(await dueAt(T0 + 4 * MINUTE, 'sessions')).toEqual([approved.id]);
    await world.requests.postpone(approved, T0 + 8 * MINUTE);
    expect(await dueAt(T0 + 8 * MINUTE - 1, 'sessions')).toEqual([]);
    expect(await dueAt(T0 + 8 * MINUTE, 'sessions')).toEqual([approved.id]);
    expect(await world.requests.find(approved.id)).toEqual(approved);
    await world.requests.postpone({ ...approved, version: approved.version - 1 }, T0);
    expect(await dueAt(T0, 'sessions')).toEqual([]);
  });
});
