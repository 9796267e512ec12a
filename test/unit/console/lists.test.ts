/** Small rules of the pages. */
import { describe, expect, it } from 'vitest';
import { newOnes } from '../../../console/app/new-ones.ts';
import { mayTryAgain, retryMs } from '../../../console/data/query-client.ts';
import { deviceQuery } from '../../../console/features/devices/query.ts';
import { installCommands } from '../../../console/features/enrolment/commands.ts';
import { endedOf, percentOf } from '../../../console/features/jobs/counts.ts';
import { subjectAddress } from '../../../console/ui/subject-address.ts';
import { ApiError } from '../../../lib/api/client.ts';

describe('how far a job is', () => {
  it('counts what nothing more happens to, and what joined another job', () => {
    expect(endedOf({ scheduled: 1, queued: 2, inProgress: 3, canceling: 1, succeeded: 4, failed: 5, joined: 6 })).toBe(
      15,
    );
  });

  it('is 100 % only when it is all of them', () => {
    expect([percentOf(0, 0), percentOf(999, 1000), percentOf(1000, 1000), percentOf(1, 3)]).toEqual([0, 99, 100, 33]);
  });
});

describe('who is notified of', () => {
  it('nothing at first, then each that was not there before', () => {
    const [a, b] = [{ id: 'a' }, { id: 'b' }];
    expect(newOnes([a], undefined)).toEqual([]);
    expect(newOnes([b], new Set(['a']))).toEqual([b]);
    expect(newOnes([a], new Set(['a']))).toEqual([]);
  });
});

describe('the query of the devices', () => {
  const now = Date.UTC(2026, 11, 8, 12, 34);
  it('is the filters, and a time to the hour for those that were not seen', () => {
    const filters = { platform: 'windows', unseenDays: '7' };
    expect(deviceQuery(filters, now)).toEqual({ platform: 'windows', seenBefore: '2026-12-01T12:00:00.000Z' });
    expect(deviceQuery(filters, now + 60_000)).toEqual(deviceQuery(filters, now));
  });

  it('takes what is no such choice for no filter', () => {
    expect(deviceQuery({ unseenDays: '3000' }, now)).toEqual({});
  });
});

describe('a call that failed', () => {
  it('is tried again where that may help', () => {
    const refused = new ApiError(409, undefined, '');
    expect([mayTryAgain(0, refused), mayTryAgain(0, new TypeError('x')), mayTryAgain(3, new TypeError('x'))]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('waits as long as the server asks, within reason', () => {
    expect(retryMs(0, new ApiError(429, undefined, '', 7))).toBe(7_000);
    expect(retryMs(0, new ApiError(429, undefined, '', 3_600))).toBe(30_000);
    expect([retryMs(0, undefined, 1), retryMs(2, undefined, 1), retryMs(20, undefined, 1)]).toEqual([
      1_000, 4_000, 30_000,
    ]);
  });
});

it('the commands name this API and the token, and a shell takes them as they are', () => {
  const { windows, linux, macos } = installCommands('https://api.test', "rae_1'x");
  expect(windows).toBe("msiexec /i remote-assist-agent.msi /qn API=https://api.test TOKEN=rae_1'x");
  for (const command of [linux, macos])
    expect(command).toContain(`--api https://api.test --enrollment-token 'rae_1'\\''x'`);
});

it('a subject leads to its page, or to its device’s', () => {
  expect(subjectAddress({ type: 'assistanceRequest', id: 'req_1' }, 'dev_1')).toBe('/requests/req_1');
  expect(subjectAddress({ type: 'restartTask', id: 'tsk_1' }, 'dev_1')).toBe('/devices/dev_1');
  expect(subjectAddress({ type: 'connector', id: 'teamviewer' })).toBe('/connectors');
  expect(subjectAddress({ type: 'alert', id: 'alr_1' })).toBeUndefined();
});
