/**
 * A TeamViewer for tests and for `npm start -- --teamviewer-fake`: its login site and its Web API, on a loopback port,
 * after the documentation. Faults are switched on by call, and every call is noted.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type App, createAccounts } from './accounts.ts';
import type { Answer } from './answers.ts';
import { createClock } from './clock.ts';
import { control } from './control.ts';
import { createFaults, type FaultOrder } from './faults.ts';
import { findRoute, unknownRoute } from './routes.ts';
import { createSessions, type FakeSession } from './sessions.ts';
import { defaultSettings, type FakeSettings } from './settings.ts';

export type FakeCall = { operation: string; status: number | 'none'; body: string };

export type TeamViewerFake = {
  /** For `TEAMVIEWER_API_URL`. */
  apiUrl: string;
  /** For `TEAMVIEWER_LOGIN_URL`. */
  loginUrl: string;
  /** Where the fake can be looked at and given faults. */
  controlUrl: string;
  /** All calls, oldest first, `/__fake` aside. */
  calls: FakeCall[];
  /** How many calls of an operation there were, such as `POST /sessions`. */
  count(operation: string): number;
  register(app: App): void;
  sessions(): readonly FakeSession[];
  closeSession(code: string): void;
  fault(order: FaultOrder): void;
  clearFaults(): void;
  expireAccessTokens(): void;
  revokeAccess(): void;
  /** How often a refresh token was exchanged. */
  refreshes(): number;
  /** Every code and token that it ever gave. */
  secrets(): readonly string[];
  advance(ms: number): void;
  now(): number;
  settings: FakeSettings;
  stop(): Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const send = (response: ServerResponse, { status, headers = {}, body }: Answer): void => {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    ...headers,
  });
  response.end(text);
};

/** @param port 0 picks a free one */
export const startTeamViewerFake = async (port = 0): Promise<TeamViewerFake> => {
  const clock = createClock();
  const settings = defaultSettings();
  const accounts = createAccounts(clock, settings);
  const sessions = createSessions(clock, settings);
  const faults = createFaults();
  const calls: FakeCall[] = [];

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://fake');
    const method = incoming.method ?? 'GET';
    if (pathname.startsWith('/__fake/')) {
      send(response, control(fake, method, pathname.slice('/__fake/'.length), body));
      return;
    }
    const token = /^Bearer (.+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
    const route = findRoute({ accounts, sessions }, { method, path: pathname, query: searchParams, token, body });
    if (!route) {
      send(response, unknownRoute());
      return;
    }
    const call: FakeCall = { operation: route.operation, status: 'none', body };
    calls.push(call);
    const outcome = faults.take(route.operation);
    if (outcome?.kind === 'silence') return;
    if (outcome?.kind === 'reset') {
      response.destroy();
      return;
    }
    const answer = outcome?.kind === 'answer' ? outcome.answer : route.answer();
    if (outcome?.kind === 'resetAfterEffect') {
      response.destroy();
      return;
    }
    call.status = answer.status;
    send(response, answer);
  };

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const fake: TeamViewerFake = {
    apiUrl: `${url}/api/v1`,
    loginUrl: url,
    controlUrl: `${url}/__fake`,
    calls,
    count: (operation) => calls.filter((call) => call.operation === operation).length,
    register: accounts.register,
    sessions: sessions.all,
    closeSession: sessions.close,
    fault: faults.add,
    clearFaults: faults.clear,
    expireAccessTokens: accounts.expireAccessTokens,
    revokeAccess: accounts.revokeAll,
    refreshes: accounts.refreshes,
    secrets: accounts.secrets,
    advance: clock.advance,
    now: clock.now,
    settings,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
};
