/** Bodies at their bounds, and what their faults are called: never zod's own `Invalid input`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consent, declineAssistanceRequest, requestAssistance } from '../../../lib/api/assistance.ts';
import { createEnrollmentToken, enroll, listDevices } from '../../../lib/api/devices.ts';
import { operations } from '../../../lib/api/operations.ts';
import { acknowledgeTask, orderRestart, poll, postponeTask, reportResult } from '../../../lib/api/restarts.ts';
import { describeIssues } from '../../../lib/api/validation.ts';

type Schema = { safeParse(value: unknown): { success: boolean; error?: { issues: readonly unknown[] } | undefined } };

const faults = (schema: Schema, value: unknown) =>
  describeIssues((schema.safeParse(value).error?.issues ?? []) as Parameters<typeof describeIssues>[0]);

const POLL = { bootId: 'boot-0001', bootedAt: '2026-01-31T12:00:00Z', agentVersion: '1.0.0' };
const ENROLL = { enrollmentToken: 'x', name: 'Reception', platform: 'windows', agentVersion: '1.0.0' };
const HELP = { message: 'Help', requester: { name: 'Rita' } };
const RESULT = { outcome: 'succeeded', bootId: 'boot-0001', bootedAt: '2026-01-31T12:00:00Z' };
const x = (length: number) => 'x'.repeat(length);

/** Values at their bounds: the first list is taken, the second refused. */
const BOUNDS: [string, Schema, (value: unknown) => unknown, unknown[], unknown[]][] = [
  [
    'message',
    requestAssistance.body(),
    (message) => ({ ...HELP, message }),
    [x(1), x(1000), 'two\nlines'],
    ['', ' ', x(1001), 1, null, undefined],
  ],
  [
    'name of the person',
    requestAssistance.body(),
    (name) => ({ ...HELP, requester: { name } }),
    ['R', x(100)],
    ['', ' ', x(101), 'a\nb', 'a\u0000'],
  ],
  [
    'e-mail',
    requestAssistance.body(),
    (email) => ({ ...HELP, requester: { name: 'R', email } }),
    ['a@b'],
    ['', 'a', 'a b@c', '@', 'a@', `${x(250)}@b.de`],
  ],
  [
    'RustDesk id',
    requestAssistance.body(),
    (rustdeskId) => ({ ...HELP, rustdeskId }),
    ['123456', '1234567890', 'reception', 'Front_Desk-1', x(16)],
    [
      '',
      '12345',
      '1 2',
      '1/2',
      '1?a',
      '-connect',
      '--connect',
      'a@relay',
      '1reception',
      x(5),
      x(17),
      'config',
      'Connect',
      'file-transfer',
    ],
  ],
  ['decision', consent.body(), (decision) => ({ decision }), ['accepted', 'refused'], ['', 'yes', true, undefined]],
  ['reason', declineAssistanceRequest.body(), (reason) => ({ reason }), [x(500)], ['', x(501), undefined]],
  [
    'maxUses',
    createEnrollmentToken.body(),
    (maxUses) => ({ maxUses }),
    [1, 10_000, undefined],
    [0, 10_001, 1.5, '1', null],
  ],
  ['expiresInHours', createEnrollmentToken.body(), (expiresInHours) => ({ expiresInHours }), [1, 720], [0, 721]],
  ['device name', enroll.body(), (name) => ({ ...ENROLL, name }), ['ä', x(128)], ['', ' ', x(129), 'a\tb']],
  [
    'platform',
    enroll.body(),
    (platform) => ({ ...ENROLL, platform }),
    ['windows', 'linux', 'macos'],
    ['Windows', 'bsd', undefined],
  ],
  ['namePrefix', listDevices.query(), (namePrefix) => ({ namePrefix }), ['a', x(128)], ['', x(129)]],
  [
    'deviceIds',
    orderRestart.body(),
    (deviceIds) => ({ deviceIds }),
    [['a'], Array(1000).fill('a')],
    [[], Array(1001).fill('a'), 'a', [1], ['']],
  ],
  ['groupId of an order', orderRestart.body(), (groupId) => ({ groupId }), ['all', 'grp_1'], ['', x(65), 1, null]],
  [
    'maxPerMinute',
    orderRestart.body(),
    (maxPerMinute) => ({ deviceIds: ['a'], maxPerMinute }),
    [1, 100_000, undefined],
    [0, -1, 1.5, '1'],
  ],
  [
    'abortAfterFailures',
    orderRestart.body(),
    (abortAfterFailures) => ({ deviceIds: ['a'], abortAfterFailures }),
    [1, 1000, undefined],
    [0, -1, 1.5, '1'],
  ],
  [
    'graceSeconds',
    orderRestart.body(),
    (graceSeconds) => ({ deviceIds: ['a'], graceSeconds }),
    [0, 86_400],
    [-1, 86_401, 0.5, 1e300, '5'],
  ],
  [
    'deliverWithinMinutes',
    orderRestart.body(),
    (deliverWithinMinutes) => ({ deviceIds: ['a'], deliverWithinMinutes }),
    [1, 10_080],
    [0, 10_081],
  ],
  [
    'returnWithinMinutes',
    orderRestart.body(),
    (returnWithinMinutes) => ({ deviceIds: ['a'], returnWithinMinutes }),
    [1, 1440],
    [0, 1441],
  ],
  [
    'maxPostponements',
    orderRestart.body(),
    (maxPostponements) => ({ deviceIds: ['a'], maxPostponements }),
    [0, 10],
    [-1, 11],
  ],
  [
    'notBefore',
    orderRestart.body(),
    (notBefore) => ({ deviceIds: ['a'], notBefore }),
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31', '2026-01-31T12:00:00+01:00', '2026-13-31T12:00:00Z', '2026-02-30T12:00:00Z', 'now', 1],
  ],
  [
    'mayReject',
    orderRestart.body(),
    (mayReject) => ({ deviceIds: ['a'], mayReject }),
    [true, false],
    ['true', 1, null],
  ],
  [
    'boot id',
    poll.body(),
    (bootId) => ({ ...POLL, bootId }),
    [x(8), x(128)],
    [x(7), x(129), 'with space', 'ünicodes', undefined],
  ],
  ['agent version', poll.body(), (agentVersion) => ({ ...POLL, agentVersion }), ['1', x(64)], ['', x(65), '1 0']],
  [
    'receipt',
    acknowledgeTask.body(),
    (receipt) => ({ receipt, bootId: x(8) }),
    ['1.a', x(4096)],
    ['', x(4097), undefined],
  ],
  ['minutes', postponeTask.body(), (minutes) => ({ minutes }), [1, 720], [0, 721, undefined]],
  [
    'error code',
    reportResult.body(),
    (code) => ({ ...RESULT, error: { code, message: 'm' } }),
    ['a_b-c.D9', x(64)],
    ['', 'a b', x(65)],
  ],
];

describe.each(BOUNDS)('%s', (_, schema, make, taken, refused) => {
  it.each(taken.map((value) => [value]))('may be %j', (value) => {
    expect(faults(schema, make(value))).toEqual([]);
  });

  it.each(refused.map((value) => [value]))('may not be %j, and the fault says what it must be', (value) => {
    const found = faults(schema, make(value));
    expect(found.length).toBeGreaterThan(0);
    for (const { path, message } of found) {
      expect(path).toMatch(/^\/\w/);
      expect(message).toMatch(/^must /);
    }
  });
});

describe('faults', () => {
  it('are counted in what they are: characters, items, numbers', () => {
    const all = [
      ...faults(orderRestart.body(), { deviceIds: [], graceSeconds: -1, message: x(501), notBefore: 'x', force: 'x' }),
      ...faults(enroll.body(), { ...ENROLL, platform: 'bsd' }),
    ];
    expect(all).toEqual([
      { path: '/deviceIds', message: 'must have at least 1 items' },
      { path: '/message', message: 'must have at most 500 characters' },
      { path: '/graceSeconds', message: 'must be at least 0' },
      { path: '/notBefore', message: 'must be a UTC time such as 2026-01-31T12:00:00Z' },
      { path: '/force', message: 'must be given, as a boolean' },
      { path: '/platform', message: 'must be one of windows, linux, macos' },
    ]);
  });

  it('are never called what zod calls them, whatever is sent to any operation', () => {
    const schemas = operations.flatMap((op) => [op.body?.(), op.query?.()].filter((schema) => schema !== undefined));
    const members = ['deviceIds', 'name', 'message', 'requester', 'bootId', 'bootedAt', 'limit', 'minutes', 'error'];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...members), fc.jsonValue()),
      fc.constantFrom(Number.NaN, Number.MAX_VALUE, -0, 2 ** 53, new Date(), undefined),
    );
    fc.assert(
      fc.property(fc.constantFrom(...schemas), value, (schema, sent) => {
        for (const { path, message } of faults(schema, sent)) {
          expect(message).toMatch(/^(must |is )/);
          expect(message).not.toMatch(/invalid input|undefined|\[object/i);
          expect(path === '' || path.startsWith('/')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
