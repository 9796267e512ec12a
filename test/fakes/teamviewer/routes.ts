/** Which operation a request is, and what it does. */
import type { Accounts } from './accounts.ts';
import { type Answer, invalidRequest, invalidToken, notFound } from './answers.ts';
import { decide, showPage } from './authorize-page.ts';
import type { Sessions } from './sessions.ts';

export type Request = {
  method: string;
  path: string;
  query: URLSearchParams;
  token: string | undefined;
  body: string;
};

type World = { accounts: Accounts; sessions: Sessions };
type Route = {
  /** As faults and the log of calls name it. */
  operation: string;
  path: RegExp;
  /** Whether it is answered only with a good access token. */
  guarded: boolean;
  run(world: World, request: Request, code: string): Answer;
};

const withJson = (body: string, run: (body: Record<string, unknown>) => Answer): Answer => {
  try {
    const parsed: unknown = JSON.parse(body);
    if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed)) {
      return run(parsed as Record<string, unknown>);
    }
  } catch {
    // Refused below, like what is JSON but no object.
  }
  return invalidRequest('The body is no JSON object');
};

const API = '^/api/v1';
const SESSION = new RegExp(`${API}/sessions/([^/]+)$`);

const ROUTES: readonly Route[] = [
  {
    operation: 'GET /oauth2/authorize',
    path: /^\/oauth2\/authorize$/,
    guarded: false,
    run: ({ accounts }, { query }) => showPage(accounts, query),
  },
  {
    operation: 'POST /oauth2/authorize',
    path: /^\/oauth2\/authorize$/,
    guarded: false,
    run: ({ accounts }, { body }) => decide(accounts, new URLSearchParams(body)),
  },
  {
    operation: 'POST /oauth2/token',
    path: new RegExp(`${API}/oauth2/token$`),
    guarded: false,
    run: ({ accounts }, { body }) => accounts.token(new URLSearchParams(body)),
  },
  {
    operation: 'POST /oauth2/revoke',
    path: new RegExp(`${API}/oauth2/revoke$`),
    guarded: true,
    run: ({ accounts }, { token }) => {
      accounts.revoke(token);
      return { status: 204 };
    },
  },
  {
    operation: 'GET /ping',
    path: new RegExp(`${API}/ping$`),
    guarded: false,
    run: ({ accounts }, { token }) => ({ status: 200, body: { token_valid: accounts.check(token) === undefined } }),
  },
  {
    operation: 'POST /sessions',
    path: new RegExp(`${API}/sessions$`),
    guarded: true,
    run: ({ sessions }, { body }) => withJson(body, sessions.create),
  },
  {
    operation: 'GET /sessions',
    path: new RegExp(`${API}/sessions$`),
    guarded: true,
    run: ({ sessions }, { query }) => sessions.list(query),
  },
  {
    operation: 'GET /sessions/{code}',
    path: SESSION,
    guarded: true,
    run: ({ sessions }, _, code) => sessions.read(code),
  },
  {
    operation: 'PUT /sessions/{code}',
    path: SESSION,
    guarded: true,
    run: ({ sessions }, { body }, code) => withJson(body, (changes) => sessions.change(code, changes)),
  },
];

/** The operation's name, and what has its effect and answers it. */
export const findRoute = (world: World, request: Request): { operation: string; answer: () => Answer } | undefined => {
  for (const { operation, path, guarded, run } of ROUTES) {
    const match = operation.startsWith(`${request.method} `) ? path.exec(request.path) : null;
    if (!match) continue;
    return {
      operation,
      answer: () => {
        if (guarded && request.token === undefined) return invalidToken();
        const refused = guarded ? world.accounts.check(request.token) : undefined;
        return refused ?? run(world, request, decodeURIComponent(match[1] ?? ''));
      },
    };
  }
  return undefined;
};

export const unknownRoute = notFound;
