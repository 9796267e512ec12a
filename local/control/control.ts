/** The `/__local` endpoints: what tests and the demo look at and move, and what no deployed stack has. */
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { CallCounts } from '../aws/call-counts.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../events/bus.ts';
import type { Notifications } from '../events/notifications.ts';
import { type Schedules, SweepFailure } from '../events/schedules.ts';
import type { Invoker } from '../functions/invoker.ts';
import type { HttpApi } from '../http/api.ts';
import { readBody } from '../http/body.ts';
import type { Issuer } from '../http/issuer.ts';
import type { HttpResponse } from '../http/response.ts';
import { NotSettled, type Settle } from './settle.ts';

export type ControlParts = {
  clock: Clock;
  counts: CallCounts;
  invoker: Pick<Invoker, 'memory'>;
  bus: EventBus;
  notifications: Notifications;
  schedules: Schedules;
  settle: Settle;
  issuer: Issuer | undefined;
};

/** A request that cannot be served, as its answer. */
class Refusal extends Error {
  readonly status: number;
  readonly title: string;
  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

const respond = (status: number, body?: unknown, type = 'application/json'): HttpResponse => ({
  status,
  headers: [['content-type', type]],
  body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
});

const problem = (status: number, title: string, detail: string): HttpResponse =>
  respond(status, { type: 'about:blank', title, status, detail }, 'application/problem+json');

const MAXIMUM_BODY_BYTES = 65_536;
const bodyOf = async <T extends z.ZodType>(request: IncomingMessage, schema: T): Promise<z.infer<T>> => {
  const body = await readBody(request, MAXIMUM_BODY_BYTES);
  if (body === 'too large') throw new Refusal(413, 'Content Too Large', 'A body may be 64 KiB at most.');
  let value: unknown;
  try {
    value = JSON.parse(body.toString() || '{}');
  } catch {
    throw new Refusal(400, 'Bad Request', 'The body is not JSON.');
  }
  const { success, data, error } = schema.safeParse(value);
  if (!success) throw new Refusal(400, 'Bad Request', z.prettifyError(error));
  return data;
};

/** More would leave what a date can hold. */
const MAXIMUM_MINUTES = 60 * 24 * 366 * 100;
const ClockBody = z.strictObject({ advanceMinutes: z.number().min(0).max(MAXIMUM_MINUTES) });
const SettleBody = z.strictObject({ timeoutSeconds: z.number().positive().max(300).default(30) });
const TokenBody = z.strictObject({
  roles: z.array(z.string().min(1)).default([]),
  subject: z.string().min(1).default('local-admin'),
  expiresInSeconds: z.number().int().default(43_200),
});

type Operation = (request: IncomingMessage, query: URLSearchParams) => Promise<HttpResponse>;

const operations = (parts: ControlParts): Readonly<Record<string, Operation>> => ({
  'POST /clock': async (request) => {
    const { advanceMinutes } = await bodyOf(request, ClockBody);
    return respond(200, { now: new Date(parts.clock.advance(advanceMinutes * 60_000)).toISOString() });
  },
  'POST /sweep': async () => {
    await parts.schedules.sweep();
    return respond(200, {});
  },
  'POST /settle': async (request) => {
    const { timeoutSeconds } = await bodyOf(request, SettleBody);
    return respond(200, await parts.settle(timeoutSeconds * 1000));
  },
  'POST /token': async (request) => {
    const body = await bodyOf(request, TokenBody);
    if (!parts.issuer) throw new Refusal(404, 'Not Found', 'The stack has no JWT authorizer.');
    return respond(200, { token: await parts.issuer.token(body) });
  },
  'GET /events': async (_request, query) => respond(200, { items: parts.bus.list(query.get('after') ?? undefined) }),
  'GET /notifications': async () => respond(200, { items: parts.notifications.list() }),
  'GET /calls': async (_request, query) =>
    respond(200, { items: parts.counts.list(query.get('function') ?? undefined) }),
  'DELETE /calls': async () => {
    parts.counts.clear();
    return respond(204);
  },
  'GET /memory': async () => respond(200, { items: await parts.invoker.memory() }),
});

export const createControl = (parts: ControlParts): HttpApi => {
  const known = operations(parts);
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const operation = known[`${request.method} ${pathname.replace(/^\/__local/, '')}`];
    if (!operation)
      return problem(404, 'Not Found', `The local stack has ${Object.keys(known).join(', ')} below /__local.`);
    try {
      return await operation(request, searchParams);
    } catch (error) {
      if (error instanceof Refusal) return problem(error.status, error.title, error.message);
      if (error instanceof SweepFailure) return problem(500, 'The sweep failed', error.message);
      if (error instanceof NotSettled) return problem(503, 'Not settled', error.message);
      throw error;
    }
  };
};
