/** A request that nobody answers climbs: once for each level, whatever runs when, and never in the way of an answer. */
import { beforeEach, describe, expect, it } from 'vitest';
import { climb, climbing, nextClimbAt, waitedMinutes } from '../../../lib/assistance/climb.ts';
import { dueOf } from '../../../lib/assistance/due.ts';
import { assistanceEvents } from '../../../lib/assistance/events.ts';
import type { AssistanceRequest } from '../../../lib/assistance/model.ts';
import { decline, newRequest } from '../../../lib/assistance/request.ts';
import { sweepRequests } from '../../../lib/assistance/sweep.ts';
import type { DomainEvent } from '../../../lib/events/model.ts';
import { assistanceIn } from '../support/assistance.ts';
import { ANNA, aDevice, DEVICE_ID } from '../support/fixtures.ts';
import { id } from '../support/ids.ts';
import { emptyStore, type Store } from '../support/store.ts';
import { HOUR, MINUTE, type SettableClock, settableClock, T0 } from '../support/time.ts';

const REQUEST_ID = id('req', 'help');
const call = { deviceId: DEVICE_ID, deviceName: 'Reception', message: 'help', requester: { name: 'Rita' } };
const request = (afterMinutes: readonly number[] = [15, 60, 180]): AssistanceRequest =>
  climbing(newRequest(call, REQUEST_ID, T0), afterMinutes);
const climbed = (from: AssistanceRequest, minutes: number) => climb(from, T0 + minutes * MINUTE);

describe('the rule', () => {
  it.each([
    [14.99, undefined],
    [15, 1],
    [59.99, 1],
    [60, 2],
    [179, 2],
    [180, 3],
    [239.99, 3],
    [240, undefined],
  ])('after %d minutes a request is at level %s', (minutes, level) => {
    expect(climbed(request(), minutes)?.level).toBe(level);
  });

  it('climbs once for each level', () => {
    const first = climbed(request(), 15);
    expect(first).toMatchObject({ level: 1, version: 2, changedAt: T0 + 15 * MINUTE, state: 'pending' });
    expect(first && climbed(first, 59)).toBeUndefined();
    expect(first && climbed(first, 200)?.level).toBe(3);
  });

  it('does not climb once it is answered, nor where the stage says so', () => {
    expect(climbed(decline(request(), 'no', ANNA, T0), 60)).toBeUndefined();
    expect(climbed(request([]), 200)).toBeUndefined();
    expect(request([])).not.toHaveProperty('climbsAt');
    expect(request([15, 240]).climbsAt).toEqual([T0 + 15 * MINUTE]);
  });

  it('is due at its next level, and then when its four hours are over', () => {
    let now: AssistanceRequest | undefined = request();
    const dues: (number | undefined)[] = [];
    for (const minutes of [15, 60, 180]) {
      dues.push(now && dueOf(now)?.at);
      now = now && climbed(now, minutes);
    }
    expect(dues).toEqual([15, 60, 180].map((minutes) => T0 + minutes * MINUTE));
    expect(now && nextClimbAt(now)).toBeUndefined();
    expect(now && dueOf(now)).toEqual({ at: T0 + 4 * HOUR, lane: 'time' });
  });

  it('tells in an event how long nobody has answered, and in each later event that it had climbed', () => {
    const second = climbed(request(), 75) ?? expect.fail('it should climb');
    expect(waitedMinutes(second)).toBe(60);
    const [event, ...others] = assistanceEvents(request(), second);
    expect(event).toMatchObject({
      type: 'AssistanceUnanswered',
      detail: { id: REQUEST_ID, version: 2, level: 2, waitedMinutes: 60, requesterName: 'Rita', state: 'pending' },
    });
    expect(others).toEqual([]);
    expect(assistanceEvents(second, { ...second, version: 3 })).toEqual([]);
    expect(assistanceEvents(second, decline(second, 'no', ANNA, T0))[0]?.detail.level).toBe(2);
    expect(assistanceEvents(second, undefined)[0]?.detail).toMatchObject({ level: 2 });
    expect(assistanceEvents(undefined, request())[0]?.detail).not.toHaveProperty('level');
  });
});

describe('the sweep', () => {
  let store: Store;
  let clock: SettableClock;
  let events: DomainEvent[];

  /** Notes what each committed change gives rise to, as the stream does. */
  const requests = () => {
    const kept = assistanceIn(store);
    return {
      ...kept,
      amend: async (before: AssistanceRequest, after: AssistanceRequest) => {
        await kept.amend(before, after);
        events.push(...assistanceEvents(before, after));
      },
    };
  };
  const sweep = () => sweepRequests({ requests: requests(), clock });
  const levels = () => events.map(({ detail }) => detail.level);

  beforeEach(async () => {
    store = emptyStore();
    clock = settableClock();
    events = [];
    store.devices.set(DEVICE_ID, aDevice());
    await assistanceIn(store).create(request());
  });

  it('run each minute for four hours has it climb once for each level, and go', async () => {
    for (let minute = 0; minute < 241; minute += 1) {
      await Promise.all([sweep(), sweep()]);
      clock.advance(MINUTE);
    }
    expect(levels()).toEqual([1, 2, 3]);
    expect(events.map(({ detail }) => detail.occurredAt.slice(11, 16))).toEqual(['12:15', '13:00', '15:00']);
    expect(store.requests.size).toBe(0);
  });

  it('that was down for three hours has it climb to the right level at once', async () => {
    clock.advance(3 * HOUR);
    await sweep();
    await sweep();
    expect(levels()).toEqual([3]);
    expect(store.requests.get(REQUEST_ID)).toMatchObject({ level: 3, version: 2 });
  });

  it('that meets an answer leaves it alone, and tries again', async () => {
    clock.advance(15 * MINUTE);
    const kept = requests();
    let isFirst = true;
    const find: typeof kept.find = async (requestId) => {
      const found = await kept.find(requestId);
      if (found && isFirst) await kept.save(found, decline(found, 'no', ANNA, clock()));
      isFirst = false;
      return found;
    };
    expect(await sweepRequests({ requests: { ...kept, find }, clock })).toBe(0);
    expect(store.requests.get(REQUEST_ID)?.state).toBe('declined');
    expect(events).toEqual([]);
  });
});
