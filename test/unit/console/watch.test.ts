/** The watch for news, with answers and a clock of the test's own. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BUSY_MS, CALM_MS } from '../../../console/live/pace.ts';
import { type News, startWatch } from '../../../console/live/watch.ts';
import type { Overview } from '../../../lib/api/overview.ts';

const QUIET: Overview = {
  pendingRequests: 0,
  activeAlerts: { info: 0, warning: 0, critical: 0 },
  openTasks: 0,
  deviceCount: 3,
  connectors: [{ name: 'rustdesk', status: 'onboarded' }],
};

const ok = (overview: unknown, etag = '"1"'): Response =>
  new Response(JSON.stringify(overview), { status: 200, headers: { etag, date: 'Tue, 01 Dec 2026 04:00:00 GMT' } });
const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status: code, headers });

type Asked = { token: string; etag: string | undefined };

/** @param answers one for each call, the last one for all that follow; an error is thrown */
const started = (...answers: readonly (() => Response)[]) => {
  const asked: Asked[] = [];
  const heard: News[] = [];
  const command = startWatch(
    (news) => heard.push(news),
    async (token, etag) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push({ token, etag });
      if (!answer) throw new TypeError('no answer');
      return answer();
    },
  );
  command({ kind: 'token', token: 'first' });
  return { asked, heard, command, kinds: () => heard.map(({ kind }) => kind) };
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-12-01T04:00:00Z') });
});

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('a watch', () => {
  it('asks at once, then from start to start as the pace has it, with the tag that it has', async () => {
    const { asked, kinds } = started(
      () => ok(QUIET),
      () => status(304),
    );
    await pass(0);
    expect(asked).toEqual([{ token: 'first', etag: undefined }]);
    await pass(CALM_MS - 1);
    expect(asked.length).toBe(1);
    await pass(1);
    expect(asked[1]).toEqual({ token: 'first', etag: '"1"' });
    expect(kinds()).toEqual(['overview', 'unchanged']);
  });

  it('asks more often while somebody waits', async () => {
    const { asked } = started(() => ok({ ...QUIET, pendingRequests: 1 }));
    await pass(0);
    await pass(BUSY_MS);
    expect(asked.length).toBe(2);
  });

  it('goes on after failures, and says so', async () => {
    const { kinds } = started(
      () => ok(QUIET),
      () => status(500),
      () => {
        throw new TypeError('Failed to fetch');
      },
      () => ok(QUIET),
    );
    await pass(0);
    await pass(120_000);
    expect(kinds().slice(0, 4)).toEqual(['overview', 'failed', 'failed', 'overview']);
  });

  it('takes what is no overview for a failure, such as the page of a captive portal', async () => {
    const { kinds } = started(
      () => new Response('<html>', { status: 200 }),
      () => ok({ ...QUIET, openTasks: 'many' }),
    );
    await pass(0);
    await pass(60_000);
    expect(kinds().slice(0, 2)).toEqual(['failed', 'failed']);
  });

  it('obeys Retry-After, also when somebody looks again', async () => {
    const { asked, command } = started(
      () => status(429, { 'retry-after': '30' }),
      () => ok(QUIET),
    );
    await pass(0);
    command({ kind: 'askNow' });
    await pass(29_000);
    expect(asked.length).toBe(1);
    await pass(2_000);
    expect(asked.length).toBe(2);
    command({ kind: 'askNow' });
    await pass(0);
    expect(asked.length).toBe(3);
  });

  it.each([401, 403])('ends when its token is refused with %i, and begins again with another', async (code) => {
    const { asked, heard, command } = started(
      () => status(code),
      () => ok(QUIET),
    );
    await pass(0);
    expect(heard).toEqual([{ kind: 'refused', status: code }]);
    await pass(600_000);
    expect(asked.length).toBe(1);
    command({ kind: 'token', token: 'second' });
    await pass(0);
    expect(asked[1]?.token).toBe('second');
  });

  it('uses a token that was renewed, and asks no more once it has none', async () => {
    const { asked, command } = started(() => ok(QUIET));
    await pass(0);
    command({ kind: 'token', token: 'renewed' });
    await pass(CALM_MS);
    expect(asked.map(({ token }) => token)).toEqual(['first', 'renewed']);
    command({ kind: 'token', token: undefined });
    await pass(600_000);
    expect(asked.length).toBe(2);
  });

  it('never has two calls under way', async () => {
    const pending = Promise.withResolvers<Response>();
    let calls = 0;
    const command = startWatch(
      () => {},
      () => {
        calls += 1;
        return pending.promise;
      },
    );
    command({ kind: 'token', token: 'first' });
    command({ kind: 'askNow' });
    command({ kind: 'askNow' });
    await pass(0);
    expect(calls).toBe(1);
  });
});
