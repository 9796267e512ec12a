/** Signing in at TeamViewer and out again. */
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../../../lib/clock.ts';
import { APP, failureFrom, order, STATE, useWorld, visit } from './world.ts';

const world = useWorld();

const callbackOf = (query: URLSearchParams) => ({ code: query.get('code') ?? '', state: query.get('state') ?? '' });

describe('signing in', () => {
  it('sends the browser to TeamViewer with what it must bring back', async () => {
    const url = new URL(await world.connector().begin({ ...APP, state: STATE }));
    expect(url.origin + url.pathname).toBe(`${world.fake.loginUrl}/oauth2/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: APP.clientId,
      redirect_uri: APP.redirectUri,
      state: STATE,
    });
  });

  it('is good for every process as soon as the browser is back', async () => {
    await world.signedIn();
    await world.connector().openSession(order(world.fake));
    expect(world.vault.value?.pending).toBeUndefined();
  });

  it('takes the latest state only', async () => {
    const connector = world.connector();
    const first = callbackOf(await visit(await connector.begin({ ...APP, state: 'first' })));
    await connector.begin({ ...APP, state: 'second' });
    expect((await failureFrom(connector.complete(first))).kind).toBe('refused');
    expect(world.fake.count('POST /oauth2/token')).toBe(0);
  });

  it('works once', async () => {
    const connector = world.connector();
    const callback = callbackOf(await visit(await connector.begin({ ...APP, state: STATE })));
    await connector.complete(callback);
    expect((await failureFrom(connector.complete(callback))).kind).toBe('refused');
    await connector.openSession(order(world.fake));
  });

  it('is refused with a code that is too old', async () => {
    const connector = world.connector();
    const callback = callbackOf(await visit(await connector.begin({ ...APP, state: STATE })));
    world.advance(11 * MINUTE);
    const failure = await failureFrom(connector.complete(callback));
    expect(failure.kind).toBe('refused');
    expect(failure.message).toContain('invalid_grant');
  });

  it('is refused with a wrong secret', async () => {
    const connector = world.connector();
    const url = await connector.begin({ ...APP, clientSecret: 'wrong', state: STATE });
    const failure = await failureFrom(connector.complete(callbackOf(await visit(url))));
    expect(failure.kind).toBe('refused');
    expect(failure.message).toContain('invalid_client');
  });

  it('again leaves the connection as it is until it is done', async () => {
    const connector = await world.signedIn();
    const url = await connector.begin({ ...APP, state: 'again' });
    await connector.openSession(order(world.fake));
    world.advance(2 * DAY);
    await connector.openSession(order(world.fake));
    await connector.complete(callbackOf(await visit(url)));
    await world.connector().openSession(order(world.fake));
    expect(world.fake.refreshes()).toBe(1);
  });

  it('brings nothing back but a word where the person denies it', async () => {
    const query = await visit(await world.connector().begin({ ...APP, state: STATE }), 'deny');
    expect(Object.fromEntries(query)).toEqual({ error: 'access_denied', state: STATE });
  });
});

describe('disconnecting', () => {
  it('revokes the access and forgets the tokens', async () => {
    const connector = await world.signedIn();
    await connector.disconnect();
    expect(world.fake.count('POST /oauth2/revoke')).toBe(1);
    expect(world.vault.value).toBeUndefined();
    expect((await failureFrom(connector.openSession(order(world.fake)))).kind).toBe('accessLost');
    await connector.disconnect();
    await world.connector().disconnect();
  });

  it('revokes with a fresh token where the old one is over, since the refresh token would live on', async () => {
    const connector = await world.signedIn();
    const before = world.vault.value?.connection?.tokens;
    world.fake.expireAccessTokens();
    await connector.disconnect();
    expect(world.fake.refreshes()).toBe(1);
    const form = {
      grant_type: 'refresh_token',
      refresh_token: before?.refreshToken ?? '',
      client_id: APP.clientId,
      client_secret: APP.clientSecret,
    };
    const reply = await fetch(`${world.fake.apiUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
    expect(await reply.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('is noticed by a process that remembers the token', async () => {
    const connector = await world.signedIn();
    const other = world.connector();
    await other.openSession(order(world.fake));
    await connector.disconnect();
    expect((await failureFrom(other.openSession(order(world.fake)))).kind).toBe('accessLost');
  });

  it.each(['serverError', 'timeOut', 'rateLimit'] as const)('can be tried again after %s', async (fault) => {
    const connector = await world.signedIn();
    world.fake.fault({ on: 'POST /oauth2/revoke', fault, times: 1 });
    const first = fault === 'timeOut' ? world.hasty() : connector;
    expect(['unavailable', 'rateLimited']).toContain((await failureFrom(first.disconnect())).kind);
    world.fake.clearFaults();
    expect(world.vault.value).toBeDefined();
    world.advance(MINUTE);
    await connector.disconnect();
    expect(world.vault.value).toBeUndefined();
  });

  it('after an answer that was lost finds the access revoked', async () => {
    const connector = await world.signedIn();
    world.fake.fault({ on: 'POST /oauth2/revoke', fault: 'answerLost', times: 1 });
    expect((await failureFrom(connector.disconnect())).kind).toBe('unavailable');
    await connector.disconnect();
    expect(world.vault.value).toBeUndefined();
  });

  it('needs no access that is lost already', async () => {
    const connector = await world.signedIn();
    world.fake.revokeAccess();
    await connector.disconnect();
    expect(world.vault.value).toBeUndefined();
  });
});
