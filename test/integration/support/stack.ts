/**
 * The real stack for integration tests. Most share one, started before the first of them (`global-setup.ts`); a test
 * that moves the clock, or breaks something, starts one of its own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../../local/stack.ts';
import { saveAccessReport } from './access-reports.ts';

declare module 'vitest' {
  // biome-ignore lint/style/useConsistentTypeDefinitions: vitest is extended by merging.
  interface ProvidedContext {
    /** Where the shared stack answers. */
    stackUrl: string;
    /** Where the shared stack keeps its data. */
    dataDir: string;
    /** What all stacks of this run are started from. */
    assemblyDir: string;
  }
}

export type Role = 'viewer' | 'helpdesk' | 'operator' | 'admin';

export type OwnStack = LocalStack & {
  dataDir: string;
  /** Stops the stack and starts it again on the same data. */
  restart(): Promise<OwnStack>;
  /** Stops the stack and deletes its data. */
  remove(): Promise<void>;
};

/** The shared stack's URL. */
export const stackUrl = (): string => inject('stackUrl');

/** Few of each function, which keeps what it has: starting workers is what such a run spends most on. */
export const WORKERS = { most: 40, mostOfOne: 2, keepIdleMs: 60_000 };

/** Starts a stack of the test's own, on data of its own; its schedules run by `sweep` alone. */
export const startOwnStack = async (
  options: Partial<LocalStackOptions> = {},
  dataDir = mkdtempSync(join(tmpdir(), 'remote-assist-')),
): Promise<OwnStack> => {
  const stack = await startLocalStack({
    assemblyDir: inject('assemblyDir'),
    dataDir,
    port: 0,
    schedules: false,
    firstRetryMs: 20,
    workers: WORKERS,
    ...options,
  });
  const stop = async (): Promise<void> => {
    saveAccessReport(stack);
    await stack.stop();
  };
  return {
    ...stack,
    dataDir,
    stop,
    restart: async () => {
      await stop();
      return startOwnStack(options, dataDir);
    },
    remove: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

const control = async <T>(method: string, path: string, body?: unknown, url = stackUrl()): Promise<T> => {
  const response = await fetch(`${url}/__local/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} /__local/${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
};

export type TokenOptions = { subject?: string; expiresInSeconds?: number };
/** An access token with `roles`, of the shared stack unless `url` is another. `expiresInSeconds` may be negative. */
export const token = async (roles: readonly Role[], options: TokenOptions = {}, url = stackUrl()): Promise<string> =>
  (await control<{ token: string }>('POST', 'token', { roles, ...options }, url)).token;

/** Waits until streams, events and queues have nothing left to do. */
export const settle = (url = stackUrl()): Promise<void> => control('POST', 'settle', {}, url);
/** Runs the minute schedule now. */
export const sweep = (url = stackUrl()): Promise<void> => control('POST', 'sweep', undefined, url);
/** Moves the functions' clock; returns what it shows then. For stacks of the test's own. */
export const advanceClock = async (minutes: number, url: string): Promise<string> =>
  (await control<{ now: string }>('POST', 'clock', { advanceMinutes: minutes }, url)).now;

export type BusEvent = {
  id: string;
  'detail-type': string;
  source: string;
  time: string;
  detail: Record<string, unknown>;
};
/** The bus's events, oldest first, those after the event `after` where it is given. */
export const events = async (url = stackUrl(), after?: string): Promise<BusEvent[]> =>
  (await control<{ items: BusEvent[] }>('GET', `events${after === undefined ? '' : `?after=${after}`}`, undefined, url))
    .items;

export type Call = { function: string; service: string; action: string; count: number };
/** Downstream calls since `clearCalls`; of one function where `name` is given. */
export const calls = async (url = stackUrl(), name?: string): Promise<Call[]> =>
  (await control<{ items: Call[] }>('GET', `calls${name === undefined ? '' : `?function=${name}`}`, undefined, url))
    .items;
export const clearCalls = (url = stackUrl()): Promise<void> => control('DELETE', 'calls', undefined, url);
/** What the alert topic sent. */
export const notifications = async (url = stackUrl()): Promise<{ message: string; subject?: string }[]> =>
  (await control<{ items: { message: string; subject?: string }[] }>('GET', 'notifications', undefined, url)).items;
