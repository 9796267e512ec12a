/** How the calls of the pages are tried again. */
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../../lib/api/client.ts';

const ATTEMPTS = 3;
const LONGEST_WAIT_MS = 30_000;

/** What the caller did wrong stays wrong; what the server or the network did may pass. */
export const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 429 || error.status >= 500;

/** How long to wait after the failure number `count`, from 0: what the server asked for, or longer each time. */
export const retryMs = (count: number, error: unknown, random = Math.random()): number => {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  return Math.min(asked === undefined ? 1000 * 2 ** count * (0.5 + random / 2) : asked * 1000, LONGEST_WAIT_MS);
};

export const mayTryAgain = (count: number, error: unknown): boolean => count < ATTEMPTS && mayPass(error);

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: mayTryAgain,
        retryDelay: (count, error) => retryMs(count, error),
        staleTime: 2_000,
        // Browsers tell wrongly that they are offline, behind a VPN for one: the call itself finds out.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
