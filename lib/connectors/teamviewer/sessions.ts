/** Sessions at TeamViewer: opened once for a request, closed, and asked whether they are over. */
import type { Session } from '../../assistance/model.ts';
import { type Clock, MINUTE, SECOND } from '../../clock.ts';
import type { Connector, SessionOrder } from '../ports.ts';
import type { Api } from './api.ts';
import { failureOf } from './failure.ts';
import { type Answer, isClosed, newSession, readAnswer, readPage, sessionOf } from './session.ts';

/** A whole operation ends before the function's ten seconds, however many calls it takes. */
const OPERATION_MS = 8 * SECOND;

/** TeamViewer's clock may differ from ours by this. */
const CLOCKS_DIFFER_BY_MS = 10 * MINUTE;

/** Of a thousand sessions each: an account with more open ones is asked for each session instead. */
const MOST_PAGES = 5;

type Lost = Pick<SessionOrder, 'requestId' | 'requestedAt'>;

const pathOf = (code: string): string => `/sessions/${encodeURIComponent(code)}`;

export const createSessions = (
  api: Api,
  clock: Clock,
): Pick<Connector, 'openSession' | 'closeSession' | 'closeLost' | 'endedSessions'> => {
  /** The account's open sessions, newest first, by page. */
  async function* openSessions(signal: AbortSignal): AsyncGenerator<Answer[], void> {
    let offset: string | undefined;
    do {
      const query = { full_list: 'true', ...(offset !== undefined && { offset }) };
      const page = readPage((await api({ method: 'GET', path: '/sessions', query, signal })).body);
      yield page.answers;
      offset = page.nextOffset;
    } while (offset !== undefined);
  }

  /** The open sessions that earlier attempts for a request have left, whose answers were lost. */
  async function* leftBy({ requestId, requestedAt }: Lost, signal: AbortSignal): AsyncGenerator<Answer, void> {
    const earliest = requestedAt - CLOCKS_DIFFER_BY_MS;
    for await (const answers of openSessions(signal)) {
      for (const answer of answers) if (answer.custom_api === requestId && !isClosed(answer)) yield answer;
      // Newest first: what comes now is older than the request.
      if (Date.parse(answers.at(-1)?.created_at ?? '') < earliest) return;
    }
  }

  const leftByAny = async (order: Lost, signal: AbortSignal): Promise<Answer | undefined> => {
    for await (const answer of leftBy(order, signal)) return answer;
    return undefined;
  };

  const isOver = async (code: string, signal: AbortSignal): Promise<boolean> => {
    const reply = await api({ method: 'GET', path: pathOf(code), signal }, 404);
    return reply.status === 404 || isClosed(readAnswer(reply.body));
  };

  const close = async (code: string, signal: AbortSignal): Promise<void> => {
    const reply = await api({ method: 'PUT', path: pathOf(code), json: { state: 'closed' }, signal }, 400, 404);
    // It may be refused because it is closed.
    if (reply.status === 400 && !(await isOver(code, signal))) throw failureOf(reply);
  };

  /** Which of these codes the list of open sessions has. */
  const listed = async (codes: ReadonlySet<string>, signal: AbortSignal): Promise<Set<string>> => {
    const seen = new Set<string>();
    let pages = 0;
    for await (const answers of openSessions(signal)) {
      for (const answer of answers) if (codes.has(answer.code) && !isClosed(answer)) seen.add(answer.code);
      pages += 1;
      if (seen.size === codes.size || pages === MOST_PAGES) break;
    }
    return seen;
  };

  return {
    openSession: async (order) => {
      const signal = AbortSignal.timeout(OPERATION_MS);
      const found = order.mayExist ? await leftByAny(order, signal) : undefined;
      if (found) return sessionOf(found);
      const json = newSession(order, clock());
      return sessionOf(readAnswer((await api({ method: 'POST', path: '/sessions', json, signal })).body));
    },
    closeSession: async ({ code }: Session) => {
      if (code !== undefined) await close(code, AbortSignal.timeout(OPERATION_MS));
    },
    closeLost: async (order) => {
      const signal = AbortSignal.timeout(OPERATION_MS);
      for await (const { code } of leftBy(order, signal)) await close(code, signal);
    },
    endedSessions: async (sessions) => {
      const codes = new Set(sessions.flatMap(({ code }) => code ?? []));
      if (codes.size === 0) return codes;
      const signal = AbortSignal.timeout(OPERATION_MS);
      const open = await listed(codes, signal);
      const ended = new Set<string>();
      // Absent from a list is not yet over: each of the few that are is asked for.
      for (const code of codes) if (!open.has(code) && (await isOver(code, signal))) ended.add(code);
      return ended;
    },
  };
};
