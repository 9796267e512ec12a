/**
 * Asks `GET /v1/overview` again and again, as the pace has it, and tells what came of it. It runs in a worker, whose timers
 * go on while the tab is in the background; where there is no worker, in the tab itself.
 */
import * as z from 'zod/mini';
import { type Overview, overview as overviewSchema } from '../../lib/api/overview.ts';
import { retryAfterSeconds } from '../../lib/api/retry-after.ts';
import { type Situation, waitMs } from './pace.ts';

/** What a watch tells. `date` is the answer's own time. */
export type News =
  | { kind: 'overview'; overview: Overview; date: string | null; at: number }
  | { kind: 'unchanged'; date: string | null; at: number }
  | { kind: 'failed' }
  /** The token is no longer taken, or gives no role: this watch has ended. */
  | { kind: 'refused'; status: number };

/** What a watch is told. Without a token it stops. */
export type Command = { kind: 'token'; token: string | undefined } | { kind: 'used' } | { kind: 'askNow' };

export type Ask = (token: string, etag: string | undefined) => Promise<Response>;

const TIMEOUT_MS = 20_000;

const ask: Ask = (token, etag) =>
  fetch('/v1/overview', {
    headers: { authorization: `Bearer ${token}`, ...(etag !== undefined && { 'if-none-match': etag }) },
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

const isBusy = ({ pendingRequests, openTasks }: Overview): boolean => pendingRequests > 0 || openTasks > 0;

/**
 * Starts watching once it has a token.
 * @param send in tests a stand-in for the call
 * @returns what takes commands
 */
export const startWatch = (tell: (news: News) => void, send: Ask = ask): ((command: Command) => void) => {
  let token: string | undefined;
  let etag: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let usedAt = Date.now();
  let isAsking = false;
  const situation: Situation = { isBusy: true, unusedMs: 0, failures: 0 };

  const later = (startedAt: number): void => {
    clearTimeout(timer);
    situation.unusedMs = Date.now() - usedAt;
    // From start to start, as far as the call was quick.
    const spent = situation.failures > 0 ? 0 : Date.now() - startedAt;
    timer = setTimeout(() => void turn(), Math.max(waitMs(situation, Math.random()) - spent, 0));
  };

  const hear = async (response: Response): Promise<void> => {
    const date = response.headers.get('date');
    situation.retryAfterSeconds = undefined;
    if (response.status === 401 || response.status === 403) {
      token = undefined;
      return tell({ kind: 'refused', status: response.status });
    }
    if (response.status !== 304 && response.status !== 200) {
      situation.retryAfterSeconds = retryAfterSeconds(response.headers, Date.now());
      throw new Error(`HTTP ${response.status}`);
    }
    if (response.status === 304) {
      situation.failures = 0;
      return tell({ kind: 'unchanged', date, at: Date.now() });
    }
    // A captive portal, for one, answers 200 too.
    const overview = z.parse(overviewSchema(), await response.json());
    etag = response.headers.get('etag') ?? undefined;
    situation.failures = 0;
    situation.isBusy = isBusy(overview);
    tell({ kind: 'overview', overview, date, at: Date.now() });
  };

  const turn = async (): Promise<void> => {
    if (isAsking || token === undefined) return;
    isAsking = true;
    const startedAt = Date.now();
    try {
      await hear(await send(token, etag));
    } catch {
      situation.failures += 1;
      tell({ kind: 'failed' });
    } finally {
      isAsking = false;
    }
    if (token !== undefined) later(startedAt);
  };

  return (command) => {
    if (command.kind === 'token') {
      const isFirst = token === undefined;
      token = command.token;
      if (token === undefined) clearTimeout(timer);
      else if (isFirst) void turn();
    } else if (command.kind === 'used') {
      usedAt = Date.now();
    } else if (situation.retryAfterSeconds === undefined) {
      // Somebody looks again. What the server asked to wait for is kept.
      void turn();
    }
  };
};
