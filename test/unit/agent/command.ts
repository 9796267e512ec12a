/** Runs the agent's command line as a process, against a server of the test's own. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Ended = { code: number | null; stdout: string; stderr: string };
export type Received = { route: string; body: Record<string, unknown>; headers: IncomingHttpHeaders };
type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'hang up';
type Route = (request: Received) => Reply | Promise<Reply>;

const ROOT = join(import.meta.dirname, '../../..');
/** Another one than the project's can be set, to see that the built file runs on it. */
const NODE = process.env['AGENT_NODE'] ?? join(ROOT, 'node_modules/node/bin/node');
const FOLDER = mkdtempSync(join(tmpdir(), 'agent-built-'));
const MAIN = join(FOLDER, 'remote-assist-agent.cjs');

/** Builds the single file: what is installed is what is tried, and it starts in a third of the sources' time. */
export const build = (): void => {
  execFileSync(join(ROOT, 'node_modules/node/bin/node'), [join(ROOT, 'agent/package/main.ts'), '--output', MAIN]);
};

export const removeBuilt = (): void => rmSync(FOLDER, { recursive: true, force: true });

/** Starts the agent without a terminal. `ended` resolves with what it printed. */
export const start = (...args: string[]) => startWith({}, ...args);

/** @param env on top of this process's own */
export const startWith = (env: Readonly<Record<string, string>>, ...args: string[]) => {
  // Its input is nobody's, and has ended where it is not kept open.
  const child = spawn(NODE, [MAIN, ...args], { stdio: 'pipe', env: { ...process.env, ...env } });
  if (!args.includes('--stop-with-input')) child.stdin.end();
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...output })));
  return { child, ended };
};

export const agent = (...args: string[]): Promise<Ended> => start(...args).ended;

/** Answers by route, such as `POST /v1/agent/poll`; what it has no route for is a 404 as the gateway's. */
export class FakeServer {
  readonly received: Received[] = [];
  routes: Record<string, Route> = {};
  readonly stateDir = mkdtempSync(join(tmpdir(), 'agent-cli-'));
  readonly #answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const route = `${request.method} ${request.url}`;
    const received = { route, body: text ? JSON.parse(text) : {}, headers: request.headers };
    this.received.push(received);
    const reply = (await this.routes[route]?.(received)) ?? { status: 404, body: { message: 'Not Found' } };
    if (reply === 'hang up') {
      request.socket.destroy();
      return;
    }
    const contentType = reply.status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(reply.status, { 'content-type': contentType, 'x-request-id': 'r', ...reply.headers });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  };
  readonly #server: Server;

  /** @param tls its key and certificate, where it is to have TLS */
  constructor(tls?: { key: string; cert: string }) {
    this.#server = tls ? createTlsServer(tls, this.#answer) : createServer(this.#answer);
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  count(route: string): number {
    return this.received.filter((known) => known.route === route).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}
