/**
 * What an operation of the HTTP contract is. Each operation is written once, as one of these values; the gateway's
 * routes, the handlers' routing, validation and authorisation, the OpenAPI document and the typed client all come from it.
 *
 * An operation is a plain value, `as const satisfies Operation`, and its schemas are functions that make them: so the
 * bundler drops the operations that a function does not serve, and a function builds the schemas of the requests it
 * takes and none of its answers. Schemas are most of what our own code adds to a cold start.
 */
import * as z from 'zod/mini';
import type { ProblemCode } from './problem.ts';

/** Admin roles, each including what the ones before it may do. */
export const ROLES = ['viewer', 'helpdesk', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who may call: anybody, an agent with its device token, an admin whose token is valid with whatever roles or none
 * (`signedIn`), or an admin who has at least this role.
 */
export type Caller = 'none' | 'agent' | 'signedIn' | Role;

/** The role that an operation asks for; `undefined` where no role is needed to call it. */
export const roleFor = ({ caller }: Pick<Operation, 'caller'>): Role | undefined =>
  ROLES.find((role) => role === caller);

/** The function that serves an operation; `agent-poll` lives in `functions/agent/poll`. */
export type ApiFunction =
  | 'agent-poll'
  | 'agent-tasks'
  | 'agent-assistance'
  | 'agent-credentials'
  | 'admin-alerts'
  | 'admin-assistance'
  | 'admin-audit'
  | 'admin-connectors'
  | 'admin-devices'
  | 'admin-groups'
  | 'admin-me'
  | 'admin-overview'
  | 'admin-restarts'
  | 'public-connectors'
  | 'public-enrollment'
  | 'public-system';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type Schema = z.ZodMiniType;

export type Operation = {
  /** The OpenAPI operationId, and the client's method name. */
  readonly id: string;
  readonly method: Method;
  /** With `{name}` placeholders, as API Gateway and OpenAPI write them. */
  readonly path: `/v1/${string}`;
  readonly caller: Caller;
  readonly function: ApiFunction;
  readonly tag: string;
  readonly summary: string;
  /** A strict object of query parameters. */
  readonly query?: () => Schema;
  /** A strict object; absent: one without members, where the method has a body at all (see `bodyOf`). */
  readonly body?: () => Schema;
  /** Success answers by status; `null` is an answer without a body. */
  readonly answers: () => { readonly [status: number]: Schema | null };
  /** What may go wrong beyond what every operation of its kind may answer (see `problemsOf`). */
  readonly problems?: readonly ProblemCode[];
  /** Takes `Idempotency-Key`. */
  readonly idempotent?: true;
  /** Takes a device token even 24 hours after it was rotated, while the new one was never used. */
  readonly acceptsOverdueToken?: true;
  /**
   * A throttle of its own at the gateway, beside that of all the others: for enrolment, which anybody may try, and for
   * what is expensive to answer. The stage says how many.
   */
  readonly throttle?: 'enrollment' | 'expensive';
  /**
   * Its 200 has an `ETag`, and `If-None-Match` with that is answered 304 while the answer would be the same: for what is
   * asked for again and again.
   */
  readonly conditional?: true;
  /** Answers carry `Retry-After`. */
  readonly paced?: true;
  /** Its answers, whether or not what was wanted could be done, are pages for a browser and not JSON. */
  readonly html?: true;
};

/** The names in a path's `{}`: `/v1/devices/{id}` has `id`. */
export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;

type Output<S> = S extends () => Schema ? z.output<ReturnType<S>> : undefined;
type Input<S> = S extends () => Schema ? z.input<ReturnType<S>> : undefined;

/** What a handler gets, validated: path parameters, query and body. */
export type OperationInput<O extends Operation> = {
  params: { [K in PathParameters<O['path']>]: string };
  query: O extends { query: infer S } ? Output<S> : Record<never, never>;
  body: O extends { body: infer S } ? Output<S> : undefined;
};

/** What a caller sends: the same before defaults are filled in. */
export type OperationRequest<O extends Operation> = ([PathParameters<O['path']>] extends [never]
  ? { params?: undefined }
  : { params: { [K in PathParameters<O['path']>]: string } }) &
  (O extends { query: infer S } ? { query?: Input<S> } : { query?: undefined }) &
  (O extends { body: infer S } ? { body: Input<S> } : { body?: undefined });

/** The success bodies an operation may answer; `undefined` for an answer without one. */
export type OperationAnswer<O extends Operation> = AnswerOf<ReturnType<O['answers']>>;

/** What a caller may get beside it. */
export type NotModified<O extends Operation> = O extends { conditional: true }
  ? { status: 304; body: undefined }
  : never;

type AnswerOf<A> = {
  [Status in keyof A]: { status: Status; body: A[Status] extends Schema ? z.output<A[Status]> : undefined };
}[keyof A];

/** `POST /v1/agent/poll`, as API Gateway names a route. */
export const routeKey = (op: Pick<Operation, 'method' | 'path'>): string => `${op.method} ${op.path}`;

const noMembers = () => z.strictObject({});

/** What a request's body must be; `undefined` where any is ignored, because the method gives it no meaning. */
export const bodyOf = ({ method, body }: Pick<Operation, 'method' | 'body'>): (() => Schema) | undefined =>
  body ?? (method === 'GET' || method === 'DELETE' ? undefined : noMembers);

/**
 * Every problem that an operation may answer. Most follow from what the operation is: a caller, an input, a path
 * parameter; the rest it lists itself.
 */
export const problemsOf = (op: Operation): ProblemCode[] => {
  const codes = new Set<ProblemCode>(op.problems);
  if (op.caller !== 'none') codes.add('unauthenticated');
  if (roleFor(op)) codes.add('forbidden');
  const body = bodyOf(op);
  if ((op.query && !op.html) || body) codes.add('invalid_request');
  if (body) for (const code of ['body_too_large', 'unsupported_media_type'] as const) codes.add(code);
  if (op.path.includes('{')) codes.add('not_found');
  if (op.idempotent) codes.add('idempotency_key_reused');
  codes.add('internal_error');
  return [...codes];
};
