/** What a route is: an operation, and the function that serves it with validated input. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Actor } from '../actor.ts';
import type { RolesProblemSeen } from '../admins/problem.ts';
import type { Operation, OperationAnswer, OperationInput, Role } from '../api/operation.ts';
import type { AuditActor, AuditSubject } from '../audit/model.ts';
import type { Instant } from '../clock.ts';
import type { Device } from '../devices/model.ts';
import type { Remember } from '../idempotency/model.ts';

/** The authorizer's claims are there where the route has one. */
export type HttpEvent = APIGatewayProxyEventV2 & {
  requestContext: { authorizer?: { jwt?: { claims: Record<string, unknown> } } };
};

export type HttpResult = APIGatewayProxyStructuredResultV2;

export type Admin = Actor & {
  readonly displayName?: string;
  /** Those that the token names, lowest first. */
  readonly roles: readonly Role[];
  /** Why there are none. */
  readonly rolesProblem?: RolesProblemSeen;
  readonly tokenExpiresAt: Instant;
};

/** Who is calling, as the operation's entry asks. */
export type CallerOf<O extends Operation> = O['caller'] extends 'agent'
  ? { device: Device }
  : O['caller'] extends 'none'
    ? Record<never, never>
    : { admin: Admin };

/** Says who is acting, and what let them in, where the operation lets everybody in and finds out by itself. */
export type ActAs = (actor: AuditActor, using?: AuditSubject) => void;

export type Call<O extends Operation> = OperationInput<O> &
  CallerOf<O> & {
    /** Makes the record to save with the change, where the request came with an `Idempotency-Key`. */
    remember: Remember | undefined;
    actAs: ActAs;
    /** Where the caller found this API, such as `https://abc.execute-api.eu-central-1.amazonaws.com`. */
    origin: string;
  };

/** Keeps a status' literal type, by which a route's answers are checked against its operation. */
export const answer = <const Status extends number, Body = undefined>(
  status: Status,
  body?: Body,
  retryAfterSeconds?: number,
): { status: Status; body: Body; retryAfterSeconds?: number } => ({
  status,
  body: body as Body,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

export type RouteAnswer<O extends Operation> = OperationAnswer<O> & { retryAfterSeconds?: number };

type Handler = (call: never) => Promise<{ status: unknown; body: unknown; retryAfterSeconds?: number }>;

/** One operation and its handler, with the types of its input forgotten. */
export type Route = {
  readonly operation: Operation;
  readonly handle: Handler;
  /**
   * Answers a key that was used, where the first answer is not to be given again as it was: it held what must not be
   * kept, or what the caller may not have any more. Where it gives none, the first answer is given again.
   */
  readonly replay?: (call: never) => Promise<Awaited<ReturnType<Handler>> | undefined | void>;
};

export const route = <O extends Operation>(
  operation: O,
  handle: (call: Call<O>) => Promise<RouteAnswer<O>>,
  replay?: (call: Call<O>) => Promise<RouteAnswer<O> | void>,
): Route => ({
  operation,
  handle: handle as Route['handle'],
  ...(replay && { replay: replay as NonNullable<Route['replay']> }),
});
