/** The sessions of the account, and the checks that the documentation has for them. */
import { randomInt } from 'node:crypto';
import { type Answer, invalidRequest, notFound } from './answers.ts';
import { date, type FakeClock } from './clock.ts';
import type { FakeSettings } from './settings.ts';

export type FakeSession = {
  code: string;
  state: 'open' | 'closed';
  groupid: string;
  description?: string;
  waiting_message?: string;
  end_customer?: { name?: string; email?: string };
  assigned_userid: string;
  assigned_at: string;
  end_customer_link: string;
  supporter_link: string;
  webclient_supporter_link: string;
  custom_api?: string;
  online: boolean;
  created_at: string;
  valid_until: string;
  closed_at?: string;
};

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const digits = (): string => String(randomInt(100, 1000));
const randomText = (length: number): string =>
  Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** What may be asked for, and how long it may be; what else is sent is refused, so that a misspelt member is found. */
const LONGEST: Readonly<Record<string, number>> = {
  groupid: 100,
  groupname: 100,
  waiting_message: 4000,
  description: 4000,
  custom_api: 4000,
  assigned_userid: 100,
  support_session_type: 100,
};

const fault = (body: Record<string, unknown>, others: readonly string[]): string | undefined => {
  for (const [name, value] of Object.entries(body)) {
    if (others.includes(name)) continue;
    const longest = LONGEST[name];
    if (longest === undefined) return `${name} is unknown`;
    if (typeof value !== 'string') return `${name} must be a string`;
    if (value.length > longest) return `${name} is too long`;
  }
  const { name = '', email = '' } = (body['end_customer'] ?? {}) as Record<string, string>;
  if (name.length > 100) return 'end_customer.name is too long';
  if (email.length > 254) return 'end_customer.email is too long';
  if (body['groupid'] !== undefined && !/^g\d+$/.test(String(body['groupid']))) return 'groupid is no group';
  if (body['assigned_userid'] !== undefined && !/^u\d+$/.test(String(body['assigned_userid'])))
    return 'assigned_userid is no user';
  return undefined;
};

/** What a list shows without `full_list`; which members exactly is not documented, so nothing may be built on the others. */
const brief = ({ code, state, groupid, created_at, valid_until }: FakeSession) => ({
  code,
  state,
  groupid,
  created_at,
  valid_until,
});

const FILTERS = ['groupid', 'assigned_userid'] as const;

export const createSessions = (clock: FakeClock, settings: FakeSettings) => {
  const sessions: FakeSession[] = [];

  const written = (session: Partial<FakeSession> & Pick<FakeSession, 'state'>) => ({
    ...session,
    state: settings.writeState(session.state),
  });
  const find = (code: string): FakeSession | undefined => sessions.find((session) => session.code === code);
  const close = (session: FakeSession): void => {
    if (session.state === 'closed') return;
    session.state = 'closed';
    session.closed_at = date(clock.now());
  };

  return {
    all: (): readonly FakeSession[] => sessions,
    create: (body: Record<string, unknown>): Answer => {
      const wrong = fault(body, ['valid_until', 'end_customer']);
      if (wrong) return invalidRequest(wrong);
      if (body['groupid'] === undefined && body['groupname'] === undefined)
        return invalidRequest('groupid or groupname is missing');
      const { groupname: _, valid_until: validUntil, ...members } = body;
      if (validUntil !== undefined && !DATE.test(String(validUntil))) return invalidRequest('valid_until is no date');
      if (validUntil !== undefined && Date.parse(String(validUntil)) <= clock.now())
        return invalidRequest('valid_until is over');
      const code = `s${digits()}-${digits()}-${digits()}`;
      const link = `https://get.teamviewer.com/v15/${code.replaceAll('-', '')}`;
      const token = randomText(12);
      const session: FakeSession = {
        groupid: 'g1',
        assigned_userid: 'u1',
        assigned_at: date(clock.now()),
        ...(members as Partial<FakeSession>),
        code,
        state: 'open',
        online: false,
        end_customer_link: link,
        supporter_link: `${link}-${token}`,
        webclient_supporter_link: `https://web.teamviewer.com/Connect?sc=${code}&token=${token}`,
        created_at: date(clock.now()),
        valid_until: String(validUntil ?? date(clock.now() + DAY_MS)),
      };
      sessions.unshift(session);
      return { status: 200, headers: { location: `/api/v1/sessions/${code}` }, body: written(session) };
    },
    read: (code: string): Answer => {
      const session = find(code);
      return session ? { status: 200, body: written(session) } : notFound();
    },
    list: (query: URLSearchParams): Answer => {
      const state = (query.get('state') ?? 'open').toLowerCase();
      const isWanted = (session: FakeSession) =>
        session.state === state && FILTERS.every((name) => [null, session[name]].includes(query.get(name)));
      const matching = sessions.filter(isWanted);
      const offset = query.get('offset');
      const from = offset === null ? 0 : matching.findIndex(({ code }) => code === offset);
      if (from < 0) return invalidRequest('offset is unknown');
      const page = matching.slice(from, from + settings.pageSize);
      const next = matching[from + settings.pageSize];
      return {
        status: 200,
        body: {
          sessions: page.map((session) => written(query.get('full_list') === 'true' ? session : brief(session))),
          ...(next && { sessions_remaining: matching.length - from - page.length, next_offset: next.code }),
        },
      };
    },
    change: (code: string, body: Record<string, unknown>): Answer => {
      const session = find(code);
      if (!session) return notFound();
      const wrong = fault(body, ['state', 'end_customer']);
      if (wrong) return invalidRequest(wrong);
      const { state, groupname: _, ...members } = body;
      if (state !== undefined && state !== 'closed') return invalidRequest('state can only become closed');
      if (session.state === 'closed') return invalidRequest('the session is closed');
      Object.assign(session, members);
      if (state === 'closed') close(session);
      return { status: 204 };
    },
    /** As a supporter does in their own window. */
    close: (code: string): void => {
      const session = find(code);
      if (session) close(session);
    },
  };
};
export type Sessions = ReturnType<typeof createSessions>;
