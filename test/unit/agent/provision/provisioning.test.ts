/** An agent that enrols itself: for ever, with back-off, and whatever is killed when, the token is out of the file in the end. */
import { beforeEach, describe, expect, test } from 'vitest';
import { NoAnswer } from '../../../../agent/network/no-answer.ts';
import type { Provision } from '../../../../agent/provision/provision-file.ts';
import { finishProvisioning, type ProvisioningPorts, provision } from '../../../../agent/provision/provisioning.ts';
import { Refusal } from '../../../../agent/refusal.ts';
import type { ProvisioningState } from '../../../../agent/state/provisioning-file.ts';
import { problem } from '../world.ts';

const FILE = '/etc/remote-assist/provision.json';
const MINUTE = 60_000;

/** A PC with a file, and a server that lets it in after what `answers` throw. */
class Site {
  now = 0;
  there = true;
  hasToken = true;
  enrolled = false;
  note: ProvisioningState['current'];
  /** What each try meets before it is let in. */
  answers: (Error | undefined)[] = [];
  unreadable: Error | undefined;
  stuck: Error | undefined;
  noteFails = false;
  readonly tries: number[] = [];
  readonly logged: [string, object | undefined][] = [];
  readonly stop = new AbortController();
  onSleep: () => void = () => undefined;

  get ports(): ProvisioningPorts {
    const log = (message: string, fields?: object) => void this.logged.push([message, fields]);
    return {
      find: async () => (this.there ? FILE : undefined),
      read: async (path) => {
        if (this.unreadable) throw this.unreadable;
        return { path } as Provision;
      },
      enroll: async () => {
        this.tries.push(this.now);
        const answer = this.answers.shift();
        if (answer) throw answer;
        this.enrolled = true;
        return 'dev_1';
      },
      removeToken: async () => {
        if (this.stuck) throw this.stuck;
        this.hasToken = false;
      },
      note: {
        read: async () => ({ current: this.note }),
        write: async ({ current }) => {
          if (this.noteFails) throw new Error('ENOSPC');
          this.note = current;
        },
      },
      clock: {
        now: () => this.now,
        sleep: async (milliseconds) => {
          this.now += milliseconds;
          this.onSleep();
        },
      },
      random: () => 0.5,
      log: { info: log, warn: log, error: log },
    };
  }

  run(once = false) {
    return provision(this.ports, { once, startWithinSeconds: 60, stop: this.stop.signal });
  }
}

let site: Site;
beforeEach(() => {
  site = new Site();
});
const lost = () => new NoAnswer('No connection to api.example.com:443');

describe('a PC with a file', () => {
  test('is enrolled, and the token is gone', async () => {
    expect(await site.run()).toBe('enrolled');
    expect(site).toMatchObject({ enrolled: true, hasToken: false, note: undefined, tries: [30_000] });
    expect(site.logged).toEqual([['enrolled', { deviceId: 'dev_1', file: FILE }]]);
  });

  test('comes in by itself after a week without a network, having asked at a decent pace', async () => {
    const week = 7 * 24 * 60 * MINUTE;
    site.answers = Array.from({ length: 2_000 }, lost);
    site.onSleep = () => {
      if (site.now > week) site.answers = [];
    };
    expect(await site.run()).toBe('enrolled');
    const pauses = site.tries.slice(1).map((at, index) => at - (site.tries[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(MINUTE);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10 * MINUTE);
    expect(site.hasToken).toBe(false);
  });

  test.each([
    ['a token that is spent', problem('unauthenticated')],
    ['a serial number that another device has', problem('already_exists')],
  ])('is not let in for %s until an administrator puts that right, and asks ever more rarely', async (_, no) => {
    site.answers = Array.from({ length: 20 }, () => no);
    expect(await site.run()).toBe('enrolled');
    const pauses = site.tries.slice(1).map((at, index) => at - (site.tries[index] ?? 0));
    expect(pauses.at(-1)).toBeGreaterThan(10 * MINUTE);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30 * MINUTE);
  });

  test('says what is wrong in its log and for `status`, and when it tries again', async () => {
    site.unreadable = new Refusal(`${FILE} belongs to the account 1000.`);
    site.onSleep = () => {
      if (site.logged.length > 0) site.stop.abort();
    };
    expect(await site.run()).toBe('stopped');
    const problem = `${FILE} belongs to the account 1000.`;
    expect(site.logged).toEqual([['not enrolled yet', { file: FILE, problem, againInSeconds: 90 }]]);
    expect(site.note).toEqual({ file: FILE, problem, triedAt: 30_000, nextTryAt: 120_000 });
    expect([site.tries, site.hasToken]).toEqual([[], true]);
  });

  test('takes up what was put right meanwhile', async () => {
    site.unreadable = new Refusal('it is not JSON');
    site.onSleep = () => {
      if (site.logged.length === 2) site.unreadable = undefined;
    };
    expect(await site.run()).toBe('enrolled');
    expect(site.tries.length).toBe(1);
  });

  test('is enrolled though nothing can be noted', async () => {
    site.noteFails = true;
    site.answers = [lost()];
    expect(await site.run()).toBe('enrolled');
    expect(site.logged.map(([message]) => message)).toContain('how the enrolment goes cannot be written down');
  });

  test('tries once where that is all that is asked for', async () => {
    site.answers = [lost()];
    await expect(site.run(true)).rejects.toThrow('No connection to api.example.com:443');
    expect([site.tries, site.hasToken]).toEqual([[0], true]);
  });
});

test('without a file there is nothing to do, and nothing more once it was taken away', async () => {
  site.there = false;
  expect(await site.run()).toBe('nothing');
  site = new Site();
  site.answers = [lost()];
  site.onSleep = () => {
    if (site.logged.length > 0) site.there = false;
  };
  expect(await site.run()).toBe('nothing');
});

describe('a token that is still in the file', () => {
  test('goes at the next start, where the process was killed between the two', async () => {
    site.note = { file: FILE, problem: undefined, triedAt: 0, nextTryAt: undefined };
    await finishProvisioning(site.ports);
    expect([site.hasToken, site.note]).toEqual([false, undefined]);
  });

  test('stays, where this device was not enrolled from there', async () => {
    await finishProvisioning(site.ports);
    expect(site.hasToken).toBe(true);
  });

  test('that cannot be removed is told of, for as long as it is there', async () => {
    site.stuck = new Error('EROFS: read-only file system');
    expect(await site.run()).toBe('enrolled');
    const words = `The enrolment token is still in ${FILE} and could not be removed: EROFS: read-only file system`;
    expect(site.note).toMatchObject({ file: FILE, problem: words });
    site.stuck = undefined;
    await finishProvisioning(site.ports);
    expect([site.hasToken, site.note]).toEqual([false, undefined]);
  });
});
