/** From the restart's dialog to the order. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  countOf,
  hasMoreOptions,
  instantOf,
  NEW_ORDER,
  orderOf,
  type RestartTarget,
  withoutNamed,
} from '../../../console/features/restart/order.ts';
import { restartOrder } from '../../../lib/api/restarts.ts';

const A = { id: 'dev_a', name: 'a' };
const B = { id: 'dev_b', name: 'b' };
const devices: RestartTarget = { kind: 'devices', devices: [A, B] };
const all: RestartTarget = { kind: 'all', deviceCount: 100, except: [A, B] };
const group: RestartTarget = { kind: 'group', id: 'grp_1', name: 'g', deviceCount: 7 };

describe('the order', () => {
  it.each([
    ['devices', devices, { deviceIds: ['dev_a', 'dev_b'] }],
    ['a group', group, { groupId: 'grp_1' }],
    ['all', { ...all, except: [] }, { groupId: 'all' }],
    ['all but some', all, { groupId: 'all', exceptDeviceIds: ['dev_a', 'dev_b'] }],
  ] as const)('is for %s, and has the contract’s own defaults', (_, target, expected) => {
    const order = orderOf(target, NEW_ORDER);
    expect(order).toEqual(z.parse(restartOrder(), expected));
  });

  it('has what was filled in, and leaves out what was not', () => {
    const order = orderOf(devices, {
      ...NEW_ORDER,
      message: '  Updates  ',
      graceMinutes: 1,
      start: { date: '2026/12/02', time: '03:30' },
      maxPostponements: '2',
      mayReject: true,
      force: true,
      maxPerMinute: '10',
      abortAfterFailures: ' ',
    });
    expect(order).toMatchObject({
      message: 'Updates',
      graceSeconds: 60,
      notBefore: new Date('2026-12-02T03:30').toISOString(),
      maxPostponements: 2,
      mayReject: true,
      force: true,
      maxPerMinute: 10,
    });
    expect(order).not.toHaveProperty('abortAfterFailures');
  });

  it('leaves it to the server to refuse what is no number', () => {
    const order = orderOf(devices, { ...NEW_ORDER, deliverWithinMinutes: 'soon' });
    expect(z.safeParse(restartOrder(), order).success).toBe(false);
  });
});

it('counts the devices less the exceptions, and never below none', () => {
  expect([devices, all, group].map(countOf)).toEqual([2, 98, 7]);
  expect(countOf({ kind: 'all', deviceCount: 1, except: [A, B] })).toBe(0);
});

it('goes on without some of those that it names', () => {
  expect(withoutNamed(devices, new Set(['dev_a']))).toEqual({ kind: 'devices', devices: [B] });
  expect(withoutNamed(all, new Set(['dev_a']))).toEqual({ ...all, except: [B] });
});

it('has no start until date and time are whole', () => {
  expect(instantOf({ date: '2026-12-02', time: '' })).toBeUndefined();
  expect(instantOf({ date: '', time: '10:00' })).toBeUndefined();
  expect(instantOf({ date: '2026-12-02', time: '10:00' })).toBe(new Date(2026, 11, 2, 10).getTime());
});

it('shows the further options that are not as they were', () => {
  expect(hasMoreOptions({ ...NEW_ORDER, message: 'x', graceMinutes: 0 })).toBe(false);
  expect(hasMoreOptions({ ...NEW_ORDER, force: true })).toBe(true);
});
