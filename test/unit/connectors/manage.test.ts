/** Onboarding, choosing the default and disconnecting, on a record that several change at once. */
import { beforeEach, describe, expect, it } from 'vitest';
import { callbackPage } from '../../../lib/connectors/callback-page.ts';
import { initialRegistry } from '../../../lib/connectors/connectors.ts';
import {
  chooseDefault,
  disconnectConnector,
  getConnector,
  listConnectors,
  setUpRustDesk,
} from '../../../lib/connectors/manage.ts';
import { finishOnboarding, startOnboarding } from '../../../lib/connectors/onboarding.ts';
import { ConnectorFailure, type Onboarding } from '../../../lib/connectors/ports.ts';
import { recordsIn, type TestRecords } from '../support/connectors.ts';
import { ANNA, BEN } from '../support/fixtures.ts';
import { codeFrom, problemFrom } from '../support/problems.ts';
import { MINUTE, type SettableClock, settableClock } from '../support/time.ts';

const SIGN_IN = { clientId: 'app', clientSecret: 'the app secret', redirectUri: 'https://api.example.com/callback' };

type TestOnboarding = Onboarding & { states: string[]; codes: string[]; disconnected: number; fail?: Error };

const testOnboarding = (): TestOnboarding => {
  const check = () => {
    if (provider.fail) throw provider.fail;
  };
  const provider: TestOnboarding = {
    states: [],
    codes: [],
    disconnected: 0,
    begin: async ({ state }) => {
      check();
      provider.states.push(state);
      return `https://login.example.com/?state=${state}`;
    },
    complete: async ({ code }) => {
      check();
      provider.codes.push(code);
    },
    disconnect: async () => {
      check();
      provider.disconnected += 1;
    },
  };
  return provider;
};

let records: TestRecords;
let clock: SettableClock;
let provider: TestOnboarding;
let cleared: number;
let actors: string[];

const clear = async () => {
  cleared += 1;
};
const limitations = { teamviewer: [], rustdesk: [] };
const deps = () => ({
  records,
  clock,
  limitations,
  provider,
  actAs: ({ name }: { name: string }) => void actors.push(name),
  providers: { teamviewer: { onboarding: provider, vault: { clear } } },
});
const start = (actor = ANNA) => startOnboarding(deps(), 'teamviewer', SIGN_IN, actor);
const finish = (callback: Parameters<typeof finishOnboarding>[2]) => finishOnboarding(deps(), 'teamviewer', callback);
const onboardIt = async () => {
  await start();
  expect(await finish({ state: provider.states.at(-1), code: 'code' })).toMatchObject({ result: 'onboarded' });
};
const statusOf = async (name: string) => (await getConnector(deps(), name)).status;
const defaults = async () =>
  (await listConnectors(deps())).flatMap((connector) => (connector.default ? [connector.name] : []));

beforeEach(() => {
  records = recordsIn();
  clock = settableClock();
  provider = testOnboarding();
  cleared = 0;
  actors = [];
});

describe('onboarding', () => {
  it('goes to the provider and back; what is secret is in no record', async () => {
    const begun = await start();
    const state = provider.states[0] ?? '';
    expect(begun).toMatchObject({ status: 'onboarding', authorizationUrl: expect.stringContaining(state) });
    expect(Date.parse(begun.expiresAt)).toBe(clock() + 30 * MINUTE);
    expect(await statusOf('teamviewer')).toBe('onboarding');
    expect(await finish({ state, code: 'the code' })).toEqual({ result: 'onboarded', isDefault: false });
    expect(await statusOf('teamviewer')).toBe('onboarded');
    expect(provider.codes).toEqual(['the code']);
    expect(actors).toEqual(['anna']);
    // One change on record when it began, and one when it succeeded.
    expect(records.changes.map(({ how }) => how)).toEqual(['save', 'note', 'save']);
    const kept = JSON.stringify(records.changes);
    for (const secret of [state, SIGN_IN.clientSecret, 'the code']) expect(kept).not.toContain(secret);
  });

  it('takes its state once, ten times at once too', async () => {
    await start();
    const callback = { state: provider.states[0], code: 'code' };
    const all = await Promise.all(Array.from({ length: 10 }, () => finish(callback)));
    expect(all.filter(({ result }) => result === 'onboarded')).toHaveLength(1);
    expect(all.filter(({ result }) => result === 'unknown')).toHaveLength(9);
    expect(provider.codes).toHaveLength(1);
  });

  it('takes no state that is foreign, missing, too late, or of a sign-in before the last one', async () => {
    expect(await finish({ state: 'foreign', code: 'code' })).toEqual({ result: 'unknown' });
    await start();
    await start(BEN);
    const [first, second] = provider.states;
    for (const state of [undefined, '', 'foreign', first]) {
      expect(await finish({ state, code: 'code' })).toEqual({ result: 'unknown' });
    }
    clock.advance(30 * MINUTE - 1);
    expect(await statusOf('teamviewer')).toBe('onboarding');
    clock.advance(1);
    expect(await statusOf('teamviewer')).toBe('notOnboarded');
    expect(await finish({ state: second, code: 'code' })).toEqual({ result: 'unknown' });
    expect(provider.codes).toEqual([]);
  });

  it('that is denied or fails changes nothing but that its state is used', async () => {
    for (const callback of [{ error: 'access_denied' }, {}]) {
      await start();
      const state = provider.states.at(-1);
      expect(await finish({ ...callback, state })).toEqual({ result: 'denied' });
      expect(await finish({ state, code: 'code' })).toEqual({ result: 'unknown' });
    }
    await start();
    provider.fail = new ConnectorFailure('refused', 'TeamViewer refused this.');
    expect(await finish({ state: provider.states.at(-1), code: 'code' })).toEqual({
      result: 'failed',
      reason: 'TeamViewer refused this.',
    });
    expect(await statusOf('teamviewer')).toBe('notOnboarded');
    expect(await codeFrom(start())).toBe('connector_failed');
  });

  it('again leaves what works working', async () => {
    await onboardIt();
    await start();
    expect(await statusOf('teamviewer')).toBe('onboarded');
  });

  it('becomes the default only where the default is not onboarded', async () => {
    await onboardIt();
    expect(await defaults()).toEqual(['rustdesk']);
    records = recordsIn(initialRegistry({ default: 'rustdesk' }));
    await onboardIt();
    expect(await defaults()).toEqual(['teamviewer']);
  });
});

describe('the default', () => {
  it('is exactly one, which is onboarded, whoever changes what at once', async () => {
    expect(await codeFrom(chooseDefault(deps(), 'teamviewer', ANNA))).toBe('connector_not_onboarded');
    expect(await codeFrom(chooseDefault(deps(), 'telnet', ANNA))).toBe('not_found');
    await onboardIt();
    await Promise.all([
      chooseDefault(deps(), 'teamviewer', ANNA),
      chooseDefault(deps(), 'rustdesk', BEN),
      setUpRustDesk(deps(), { relayServer: 'relay.example.com' }, ANNA),
    ]);
    expect(await defaults()).toHaveLength(1);
    expect(await chooseDefault(deps(), 'teamviewer', ANNA)).toMatchObject({ name: 'teamviewer', default: true });
    const { version } = records.current;
    await chooseDefault(deps(), 'teamviewer', ANNA);
    expect(records.current.version).toBe(version);
  });

  it('takes no key of RustDesk without the server that it is of', async () => {
    expect(await problemFrom(setUpRustDesk(deps(), { key: 'k' }, ANNA))).toMatchObject({
      code: 'invalid_request',
      extras: { errors: [{ path: '/key' }] },
    });
  });

  it('goes to another one that is onboarded when it is disconnected, and stays where there is none', async () => {
    await onboardIt();
    await disconnectConnector(deps(), 'rustdesk', ANNA);
    expect(await defaults()).toEqual(['teamviewer']);
    await disconnectConnector(deps(), 'teamviewer', ANNA);
    expect(await defaults()).toEqual(['teamviewer']);
    expect(await setUpRustDesk(deps(), {}, ANNA)).toMatchObject({ status: 'onboarded', default: true });
  });
});

describe('disconnecting', () => {
  it('revokes at the provider, and can be done again', async () => {
    await onboardIt();
    await disconnectConnector(deps(), 'teamviewer', ANNA);
    await disconnectConnector(deps(), 'teamviewer', ANNA);
    expect(await getConnector(deps(), 'teamviewer')).toEqual({
      name: 'teamviewer',
      status: 'notOnboarded',
      default: false,
      limitations: [],
    });
    expect(provider.disconnected).toBe(2);
    expect(cleared).toBe(0);
    expect(await codeFrom(disconnectConnector(deps(), 'telnet', ANNA))).toBe('not_found');
  });

  it('ends an onboarding that is under way', async () => {
    await start();
    await disconnectConnector(deps(), 'teamviewer', ANNA);
    expect(await finish({ state: provider.states[0], code: 'code' })).toEqual({ result: 'unknown' });
  });

  it('deletes the tokens here where the provider cannot be reached, and says that they are not revoked', async () => {
    await onboardIt();
    provider.fail = new ConnectorFailure('unavailable', 'no answer');
    await disconnectConnector(deps(), 'teamviewer', ANNA);
    expect(cleared).toBe(1);
    expect(await getConnector(deps(), 'teamviewer')).toMatchObject({
      status: 'notOnboarded',
      problem: expect.stringContaining('revoke'),
    });
    delete provider.fail;
    await onboardIt();
    expect(await getConnector(deps(), 'teamviewer')).not.toHaveProperty('problem');
  });
});

describe('the page after the sign-in', () => {
  it('says how it went, as text whatever the provider said', () => {
    const outcomes = [{ result: 'onboarded', isDefault: true }, { result: 'denied' }, { result: 'unknown' }] as const;
    expect(outcomes.map((outcome) => callbackPage('TeamViewer', outcome).status)).toEqual([200, 400, 400]);
    const failed = callbackPage('TeamViewer', { result: 'failed', reason: `<script>alert("1 & 2'")</script>` });
    expect(failed.status).toBe(502);
    expect(failed.body).toContain('&lt;script&gt;alert(&quot;1 &amp; 2&#39;&quot;)&lt;/script&gt;');
    expect(failed.body).not.toContain('<script');
  });

  it('can be read by people and by screen readers', () => {
    const { body } = callbackPage('TeamViewer', { result: 'onboarded', isDefault: false });
    expect(body).toContain('until you make this one the default');
    for (const part of ['<html lang="en">', '<main>', '<h1>', '<title>TeamViewer is connected', 'name="viewport"']) {
      expect(body).toContain(part);
    }
  });
});
