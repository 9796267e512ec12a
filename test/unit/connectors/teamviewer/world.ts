/** TeamViewer connectors as several processes have them: one vault, one lease, one TeamViewer. */
import { afterEach, beforeEach } from 'vitest';
import { MINUTE } from '../../../../lib/clock.ts';
import { ConnectorFailure, type SessionOrder } from '../../../../lib/connectors/ports.ts';
import type { TeamViewerSecret } from '../../../../lib/connectors/teamviewer/model.ts';
import { type TeamViewerOptions, teamViewer } from '../../../../lib/connectors/teamviewer/teamviewer.ts';
import { decideAt } from '../../../fakes/teamviewer/browser.ts';
import { startTeamViewerFake, type TeamViewerFake } from '../../../fakes/teamviewer/fake.ts';
import { id } from '../../support/ids.ts';
import { type TestLease, type TestVault, testLease, testVault } from '../../support/vault.ts';

export const APP = { clientId: 'app-1', clientSecret: 'app-secret', redirectUri: 'https://api.example.com/callback' };
export const STATE = 'state-1';

export type World = {
  fake: TeamViewerFake;
  vault: TestVault<TeamViewerSecret>;
  lease: TestLease;
  /** Puts TeamViewer's clock and ours forward. */
  advance(ms: number): void;
  /** A connector as another process has it. */
  connector(options?: Partial<TeamViewerOptions>): ReturnType<typeof teamViewer>;
  /** One that does not wait for long, for a call that TeamViewer never answers. */
  hasty(): ReturnType<typeof teamViewer>;
  /** A connector that an admin has signed in with. */
  signedIn(options?: Partial<TeamViewerOptions>): Promise<ReturnType<typeof teamViewer>>;
};

/** Signs in as an admin does with a browser; returns what comes back to the redirect URI. */
export const visit = async (url: string, decision: 'accept' | 'deny' = 'accept'): Promise<URLSearchParams> =>
  new URL(await decideAt(url, decision)).searchParams;

/** A world for each test of a file; the fake of each is its own. */
export const useWorld = (): World => {
  const world = {} as World;
  beforeEach(async () => {
    const fake = await startTeamViewerFake();
    fake.register(APP);
    const vault = testVault<TeamViewerSecret>();
    const lease = testLease();
    const connector: World['connector'] = (options = {}) =>
      teamViewer({
        apiUrl: fake.apiUrl,
        loginUrl: fake.loginUrl,
        vault,
        lease,
        clock: fake.now,
        // A machine that is busy is no TeamViewer that hangs.
        timeoutMs: 30_000,
        pause: () => new Promise((resolve) => setTimeout(resolve, 2)),
        ...options,
      });
    Object.assign(world, {
      fake,
      vault,
      lease,
      connector,
      hasty: () => connector({ timeoutMs: 50 }),
      advance: fake.advance,
      signedIn: async (options: Partial<TeamViewerOptions> = {}) => {
        const admin = connector(options);
        const callback = await visit(await admin.begin({ ...APP, state: STATE }));
        await admin.complete({ code: callback.get('code') ?? '', state: callback.get('state') ?? '' });
        return admin;
      },
    } satisfies World);
  });
  afterEach(() => world.fake.stop());
  return world;
};

export const order = (fake: TeamViewerFake, changes: Partial<SessionOrder> = {}): SessionOrder => ({
  requestId: id('req', 'a'),
  requestedAt: fake.now() - MINUTE,
  deviceName: 'PC-17',
  message: 'The printer is on fire',
  requester: { name: 'Ada', email: 'ada@example.com' },
  mayExist: false,
  ...changes,
});

/** The failure that a promise is rejected with. */
export const failureFrom = async (promise: Promise<unknown>): Promise<ConnectorFailure> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectorFailure) return error;
  throw new Error(`no failure of the connector: ${error}`);
};
