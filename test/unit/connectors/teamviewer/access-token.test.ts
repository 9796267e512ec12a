/** The access token under concurrency: one refresh whoever asks, none lost, and a clear word where nothing helps. */
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../../lib/clock.ts';
import { failureFrom, order, useWorld } from './world.ts';

const world = useWorld();

const open = (connector: ReturnType<typeof world.connector>) => connector.openSession(order(world.fake));

describe('the access token', () => {
  it('is used as it is until shortly before its end', async () => {
    const connector = await world.signedIn();
    world.advance(DAY - 6 * MINUTE);
    await open(connector);
    expect(world.fake.refreshes()).toBe(0);
    world.advance(2 * MINUTE);
    await open(connector);
    expect(world.fake.refreshes()).toBe(1);
    await open(world.connector());
    expect(world.fake.refreshes()).toBe(1);
  });

  it('lives as long as the answer says', async () => {
    world.fake.settings.tokenLivesSeconds = 3600;
    const connector = await world.signedIn();
    world.advance(HOUR);
    await open(connector);
    expect(world.fake.refreshes()).toBe(1);
  });

  it('is refreshed once by 50 calls of 5 processes at once, and no call is lost', async () => {
    await world.signedIn();
    world.advance(2 * DAY);
    const processes = Array.from({ length: 5 }, () => world.connector());
    const calls = Array.from({ length: 50 }, (_, index) => open(processes[index % 5] ?? world.connector()));
    const sessions = await Promise.all(calls);
    expect(new Set(sessions.map(({ code }) => code)).size).toBe(50);
    expect(world.fake.refreshes()).toBe(1);
    expect(world.fake.count('POST /oauth2/token')).toBe(2);
    expect(world.vault.writes).toBe(3);
  });

  it('is refreshed once where TeamViewer says to 50 calls at once that it expired', async () => {
    await world.signedIn();
    world.fake.expireAccessTokens();
    const processes = Array.from({ length: 5 }, () => world.connector());
    const calls = Array.from({ length: 50 }, (_, index) => open(processes[index % 5] ?? world.connector()));
    const sessions = await Promise.all(calls);
    expect(new Set(sessions.map(({ code }) => code)).size).toBe(50);
    expect(world.fake.refreshes()).toBe(1);
  });

  it('is not refreshed again by a process that got the lease just after another one was done', async () => {
    await world.signedIn();
    world.advance(2 * DAY);
    const { acquire } = world.lease;
    world.lease.acquire = async () => {
      world.lease.acquire = acquire;
      await open(world.connector());
      return acquire();
    };
    await open(world.connector());
    expect(world.fake.refreshes()).toBe(1);
  });

  it('is read once from the vault for many calls at once, and kept in mind for a minute', async () => {
    await world.signedIn();
    const connector = world.connector();
    const before = world.vault.reads;
    await Promise.all(Array.from({ length: 20 }, () => open(connector)));
    world.advance(MINUTE / 2);
    await open(connector);
    expect(world.vault.reads - before).toBe(1);
    world.advance(MINUTE / 2);
    await open(connector);
    expect(world.vault.reads - before).toBe(2);
  });

  it('is refreshed again and again, with the refresh token of the time before', async () => {
    const connector = await world.signedIn();
    for (let day = 0; day < 3; day += 1) {
      world.advance(DAY);
      await open(connector);
    }
    expect(world.fake.refreshes()).toBe(3);
  });

  it.each(['rateLimit', 'blocked', 'serverError', 'unreadable'] as const)(
    'is not refreshed for %s: only a 401 is a reason',
    async (fault) => {
      const connector = await world.signedIn();
      world.fake.fault({ on: 'POST /sessions', fault });
      await failureFrom(open(connector));
      expect(world.fake.count('POST /oauth2/token')).toBe(1);
      expect(world.fake.count('POST /sessions')).toBe(1);
    },
  );

  it('that a fresh one does not mend either is lost access', async () => {
    const connector = await world.signedIn();
    world.fake.fault({ on: 'POST /sessions', fault: 'tokenExpired' });
    expect((await failureFrom(open(connector))).kind).toBe('accessLost');
    expect(world.fake.count('POST /sessions')).toBe(2);
  });

  it('is not refreshed with a token that a reader of the vault still sees, and another process used up', async () => {
    await world.signedIn();
    const [first, second] = [world.connector(), world.connector()];
    world.advance(2 * DAY);
    await open(first);
    // `second` reads what was there before the refresh: twice when it looks, and once when it looks again.
    world.vault.behind = 3;
    await open(second);
    expect(world.fake.refreshes()).toBe(1);
  });

  it('is kept for the next process only when the writer sees it in the vault', async () => {
    const connector = await world.signedIn();
    world.advance(2 * DAY);
    const { write } = world.vault;
    world.vault.write = async (value) => {
      await write(value);
      world.vault.behind = 4;
    };
    await open(connector);
    expect(world.vault.behind).toBe(0);
  });

  it('survives a vault that fails twice to take it', async () => {
    const connector = await world.signedIn();
    world.advance(2 * DAY);
    world.vault.failures = 2;
    await open(connector);
    await open(world.connector());
    expect(world.fake.refreshes()).toBe(1);
  });

  it('is gone where its refresher died before it kept it: an admin must sign in again, and is told so', async () => {
    const connector = await world.signedIn();
    world.advance(2 * DAY);
    world.vault.failures = Number.POSITIVE_INFINITY;
    await expect(open(connector)).rejects.toThrow('the vault is not there');
    world.vault.failures = 0;
    const failure = await failureFrom(open(world.connector()));
    expect(failure.kind).toBe('accessLost');
    expect(failure.message).toContain('sign in again');
    const again = await world.signedIn();
    await open(again);
  });

  it('waits for no refresher for ever', async () => {
    const connector = await world.signedIn();
    world.advance(2 * DAY);
    world.lease.held = true;
    expect((await failureFrom(open(connector))).kind).toBe('unavailable');
    expect(world.fake.refreshes()).toBe(0);
  });

  it('is not there before anybody signed in', async () => {
    expect((await failureFrom(open(world.connector()))).kind).toBe('accessLost');
    expect(world.fake.calls).toEqual([]);
  });

  it('gives its lease back whatever happens', async () => {
    const connector = await world.signedIn();
    world.advance(2 * DAY);
    world.fake.fault({ on: 'POST /oauth2/token', fault: 'serverError' });
    expect((await failureFrom(open(connector))).kind).toBe('unavailable');
    expect(world.lease.held).toBe(false);
    world.fake.clearFaults();
    await open(connector);
  });

  it.each([
    ['serverError', 'unavailable'],
    ['rateLimit', 'rateLimited'],
    ['blocked', 'accessLost'],
    ['invalidClient', 'accessLost'],
    ['connectionReset', 'unavailable'],
  ] as const)('whose refresh meets %s is %s', async (fault, kind) => {
    const connector = await world.signedIn();
    world.advance(2 * DAY);
    world.fake.fault({ on: 'POST /oauth2/token', fault });
    expect((await failureFrom(open(connector))).kind).toBe(kind);
  });
});
