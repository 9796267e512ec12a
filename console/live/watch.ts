/**
 * Asks `GET /v1/overview` again and again, as the pace has it, and tells what came of it. It runs in a worker, whose timers
 * go on while the tab is in the background; where there is no worker, in the tab itself.
 */
import type { Overview } from '../../lib/api/overview.ts';
import { type Situation, waitMs } from './pace.ts';

/** What a watch tells. `date` is the answer's own time. */
export type News =
  | { kind: 'overview'; overview: Overview; date: string | null; at: number }
  | { kind: 'unchanged'; date: string | null; at: number }
  | { kind: 'failed' }
  /** The token is no longer taken. */
  | { kind: 'signedOut' };

/** What a watch is told. */
export type Command = { kind: 'token'; token: string | undefined } | { kind: 'used' } | { kind: 'askNow' };

type Ask = (token: string, etag: string | undefined) => Promise<Response>;

const TIMEOUT_MS = 20_000;

const ask: Ask = (token, etag) =>
  fetch('/v1/overview', {
    headers: { authorization: `Bearer ${token}`, ...(etag !== undefined && { 'if-none-match': etag }) },
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

const secondsIn = (header: string | null): number | undefined => {
  const seconds = header === null || header.trim() === '' ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
};

const isBusy = ({ pendingRequests, openTasks }: Overview): boolean => pendingRequests > 0 || openTasks > 0;

/** Starts watching once it has a token. @returns what takes commands */
export const startWatch = (tell: (news: News) => void): ((command: Command) => void) => {
  let token: string | undefined;
  let etag: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let usedAt = Date.now();
  let isAsking = false;
  const situation: Situation = { isBusy: true, unusedMs: 0, failures: 0 };

  const later = (): void => {
    clearTimeout(timer);
    situation.unusedMs = Date.now() - usedAt;
    timer = setTimeout(() => void turn(), waitMs(situation, Math.random()));
  };

  const hear = async (response: Response): Promise<void> => {
    const date = response.headers.get('date');
    situation.retryAfterSeconds = undefined;
    if (response.status === 304) {
      situation.failures = 0;
      return tell({ kind: 'unchanged', date, at: Date.now() });
    }
    if (response.status === 401) {
      token = undefined;
      return tell({ kind: 'signedOut' });
    }
    if (!response.ok) {
      situation.retryAfterSeconds = secondsIn(response.headers.get('retry-after'));
      throw new Error(`HTTP ${response.status}`);
    }
    const overview = (await response.json()) as Overview;
    etag = response.headers.get('etag') ?? undefined;
    situation.failures = 0;
    situation.isBusy = isBusy(overview);
    tell({ kind: 'overview', overview, date, at: Date.now() });
  };

  const turn = async (): Promise<void> => {
    if (isAsking || token === undefined) return;
    isAsking = true;
    try {
      await hear(await ask(token, etag));
    } catch {
      situation.failures += 1;
      tell({ kind: 'failed' });
    } finally {
      isAsking = false;
    }
    if (token !== undefined) later();
  };

  return (command) => {
    if (command.kind === 'token') {
      const isFirst = token === undefined;
      token = command.token;
      if (isFirst) void turn();
    } else if (command.kind === 'used') {
      usedAt = Date.now();
    } else {
      // Somebody looks again: what the server asked to wait for is kept.
      if (situation.retryAfterSeconds === undefined) void turn();
    }
  };
};
