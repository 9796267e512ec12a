/**
 * The vault, changed by one process at a time. A read of the vault may be a moment behind a write, so whoever has
 * written waits until it sees what it wrote before the next one may change it.
 */
import { isDeepStrictEqual } from 'node:util';
import { ConnectorFailure, type Lease, type Vault } from '../ports.ts';
import type { TeamViewerSecret } from './model.ts';

export type Pause = (ms: number) => Promise<void>;

export type Safe = {
  read(): Promise<TeamViewerSecret>;
  /** Does the work with the lease, or returns `undefined` where another process has it. */
  tryAlone<Result>(work: () => Promise<Result>): Promise<{ result: Result } | undefined>;
  /**
   * The same, after waiting for the lease.
   * @throws ConnectorFailure `unavailable` where another process kept it
   */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** With the lease only. */
  replace(secret: TeamViewerSecret): Promise<void>;
};

export const WAIT_MS = 100;
/** Waiting for the lease, and what is done with it then (a refresh, for one), must end before the function's ten seconds. */
export const WAITS = 25;
const LOOKS = 10;
const WRITES = 3;

export const busy = (): ConnectorFailure =>
  new ConnectorFailure('unavailable', 'The sign-in at TeamViewer is being renewed: try again in a moment.');

export const createSafe = (vault: Vault<TeamViewerSecret>, lease: Lease, pause: Pause): Safe => {
  const read = async (): Promise<TeamViewerSecret> => (await vault.read()) ?? {};

  const write = async (secret: TeamViewerSecret): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await vault.write(secret);
        return;
      } catch (error) {
        // New tokens that are not kept are lost with the access: worth a few more attempts than a read.
        if (attempt === WRITES) throw error;
        await pause(WAIT_MS);
      }
    }
  };

  const tryAlone: Safe['tryAlone'] = async (work) => {
    if (!(await lease.acquire())) return undefined;
    try {
      return { result: await work() };
    } finally {
      // A lease ends by itself, and what was done stays done.
      await lease.release().catch(() => {});
    }
  };

  return {
    read,
    tryAlone,
    alone: async (work) => {
      for (let wait = 0; wait < WAITS; wait += 1) {
        const done = await tryAlone(work);
        if (done) return done.result;
        await pause(WAIT_MS);
      }
      throw busy();
    },
    replace: async (secret) => {
      await write(secret);
      for (let look = 0; look < LOOKS; look += 1) {
        if (isDeepStrictEqual(await read(), secret)) return;
        await pause(WAIT_MS);
      }
    },
  };
};
