/**
 * The middy bundle of every HTTP function. Checks come in the contract's order: who you are, whether you may, whether
 * the request is well formed; what exists and in which state is the handler's.
 */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { RoleRules } from '../admins/rules.ts';
import { type Operation, roleFor, routeKey } from '../api/operation.ts';
import type { AuditTrail } from '../audit/ports.ts';
import { following } from '../cause.ts';
import { type AuthenticationDeps, authenticateDevice } from '../devices/authentication.ts';
import { assertRole, identifyAdmin } from './admin.ts';
import { errorAnswer, htmlAnswer, jsonAnswer } from './answer.ts';
import { auditChanges, auditDenial, type Caller } from './audit.ts';
import { conditionalAnswer } from './conditional.ts';
import type { HttpEvent, HttpResult, Route } from './http-types.ts';
import { type Answered, answerOnce, type Idempotency, keyOf } from './idempotency.ts';
import { type Input, type InputSchemas, inputSchemas, readInput } from './input.ts';

type Served = Route & { readonly schemas: InputSchemas };

/** What the checks find out for the handler; middy hands its context on from one to the next. */
type State = {
  route: Served;
  caller: Caller;
  input: Input;
};

type Request = { event: HttpEvent; context: State; error: unknown; response: unknown };

export type HttpFunctionOptions = {
  routes: readonly Route[];
  /** Where device tokens are looked up; a function for agents has it. */
  credentials?: AuthenticationDeps['credentials'];
  /** A poll reads its device's record at half the price, and so up to a second late. */
  deviceConsistency?: 'eventually' | 'strongly';
  /** How admins' roles are read; a function for admins has it. Without it nobody has any. */
  adminRoles?: RoleRules;
  idempotency?: Idempotency;
  /** Where it goes on record who changed what. */
  audit: AuditTrail;
};

const requestIdOf = (event: HttpEvent): string => event.requestContext.requestId;

const findRoute = (routes: ReadonlyMap<string, Served>) => ({
  before: ({ event, context }: Request): void => {
    const found = routes.get(event.routeKey);
    if (!found) throw new Error(`the stack sends ${event.routeKey} to a function that does not serve it`);
    context.route = found;
  },
});

const identify = async (options: HttpFunctionOptions, operation: Operation, event: HttpEvent): Promise<Caller> => {
  const { caller } = operation;
  if (caller === 'none') return {};
  if (caller !== 'agent') return { admin: identifyAdmin(event, options.adminRoles) };
  if (!options.credentials) throw new Error(`${operation.id} is for agents, and its function cannot look up devices`);
  const { authorization } = event.headers;
  const deps = { credentials: options.credentials, clock: Date.now };
  const consistency = options.deviceConsistency ?? 'strongly';
  const acceptOverdue = operation.acceptsOverdueToken;
  return { device: await authenticateDevice(deps, authorization, { consistency, acceptOverdue }) };
};

const authenticate = (options: HttpFunctionOptions) => ({
  before: async ({ event, context }: Request): Promise<void> => {
    context.caller = await identify(options, context.route.operation, event);
  },
});

/** Apart from finding out who calls, so that whoever is refused is known by name. */
const authorize = () => ({
  before: ({ context }: Request): void => {
    const required = roleFor(context.route.operation);
    if (context.caller.admin && required) assertRole(context.caller.admin, required);
  },
});

const parseInput = () => ({
  before: ({ event, context }: Request): void => {
    context.input = readInput(context.route.schemas, event);
  },
});

/** What goes on record as denied, or why it could not: nobody is told that they were refused without a record of it. */
const recorded = async (audit: AuditTrail, { event, context, error }: Request): Promise<unknown> => {
  const { route, caller } = context;
  if (!route || !caller) return error;
  try {
    await auditDenial(audit, { event, operation: route.operation, caller }, error);
    return error;
  } catch (failure) {
    return failure;
  }
};

const mapErrors = (audit: AuditTrail) => ({
  onError: async (request: Request): Promise<void> => {
    const { event, context } = request;
    const asPage = context.route?.operation.html;
    request.response = errorAnswer(requestIdOf(event), event.routeKey, await recorded(audit, request), asPage);
  },
});

/** Whose idempotency key it is. Those who enrol have no name yet; their answers are sealed with the key all the same. */
const callerName = ({ admin, device }: Caller): string => admin?.id ?? device?.id ?? 'anybody';

/** The gateway says by which name it was called, which may be one of the organisation's own; locally without TLS. */
const originOf = ({ headers, requestContext }: HttpEvent): string =>
  `${headers['x-forwarded-proto'] ?? 'https'}://${requestContext.domainName}`;

const serve =
  ({ idempotency, audit }: HttpFunctionOptions) =>
  async (event: HttpEvent, state: State) => {
    const { route, caller, input } = state;
    const { operation } = route;
    const answering = (handle: Route['handle']) => (remember?: unknown) =>
      auditChanges(audit, { event, operation, caller }, (actAs) =>
        handle({ ...input, ...caller, remember, actAs, origin: originOf(event) } as never),
      );
    const handle = answering(route.handle);
    const afresh = route.replay && answering(route.replay);
    const key = keyOf(operation, event);
    const answer: Answered & { retryAfterSeconds?: number } =
      key === undefined || !idempotency
        ? await handle()
        : await answerOnce(idempotency, { operation, caller: callerName(caller), key, input, afresh }, handle);
    if (operation.html) return htmlAnswer(requestIdOf(event), Number(answer.status), String(answer.body));
    if (operation.conditional) return conditionalAnswer(event, Number(answer.status), answer.body);
    return jsonAnswer(requestIdOf(event), Number(answer.status), answer.body, {
      ...(answer.retryAfterSeconds !== undefined && { 'retry-after': String(answer.retryAfterSeconds) }),
      ...(answer.replayed && { 'idempotency-replayed': 'true' }),
    });
  };

/** @returns the Lambda handler that serves these routes, whichever of them a request is for */
export const httpFunction = (options: HttpFunctionOptions) => {
  // The schemas are made now and not at the first request: while it starts a function has more CPU than ever after.
  const served = options.routes.map((route): Served => ({ ...route, schemas: inputSchemas(route.operation) }));
  const routes = new Map(served.map((route) => [routeKey(route.operation), route]));
  const checks = [mapErrors(options.audit), findRoute(routes), authenticate(options), authorize(), parseInput()];
  const handle = middy<HttpEvent, HttpResult>()
    .use(checks as unknown as middy.MiddlewareObj<HttpEvent, HttpResult>[])
    .handler(serve(options) as never);
  return (event: HttpEvent, context: Context): Promise<HttpResult> =>
    following({ requestId: requestIdOf(event) }, () => handle(event, context) as Promise<HttpResult>);
};
