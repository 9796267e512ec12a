/** Problem details (RFC 9457): the closed list of codes, and the errors that use cases throw and one mapper answers. */
import * as z from 'zod/mini';
import { resource } from './named.ts';

/** Each code's HTTP status and title. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_cursor: { status: 400, title: 'The cursor is not valid' },
  unauthenticated: { status: 401, title: 'No valid credential' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  invalid_state: { status: 409, title: 'Not possible in this state' },
  already_exists: { status: 409, title: 'Already exists' },
  restart_not_proved: { status: 409, title: 'The restart is not proved' },
  connector_not_onboarded: { status: 409, title: 'The connector is not onboarded' },
  expired: { status: 410, title: 'Expired' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  connector_failed: { status: 502, title: 'The connector failed' },
  internal_error: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/**
 * Why a valid token gives no role. `claimAbsent`: it lacks the claim. `claimTooLarge`: the issuer left the claim out
 * because it would be too long. `noMappedValue`: the claim is there, and nothing in it is a role or mapped to one.
 */
export const ROLES_PROBLEMS = ['claimAbsent', 'claimTooLarge', 'noMappedValue'] as const;

export const rolesProblem = () =>
  z.object({
    code: z.enum(ROLES_PROBLEMS),
    /** As the stage names it. */
    claim: z.string(),
  });
export type RolesProblem = z.infer<ReturnType<typeof rolesProblem>>;

/** The body of every error that our own code answers, as `application/problem+json`. */
export const problem = () =>
  resource('Problem', {
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    /** With `invalid_state`: the state that stood in the way. */
    currentState: z.optional(z.string()),
    /** With `already_exists`: what the caller has already, where that is known. */
    existingId: z.optional(z.string()),
    /** With `forbidden`, where the caller has no role at all: why. `GET /v1/me` shows the caller what the claim has. */
    rolesProblem: z.optional(rolesProblem()),
    /** With `unauthenticated`, of a device's credential that is dead: what became of it. */
    reason: z.optional(z.enum(['replaced', 'retired'])),
    /** With a validation error: what is wrong, and where. */
    errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  });
export type Problem = z.infer<ReturnType<typeof problem>>;

export type ProblemExtras = {
  currentState?: string;
  existingId?: string;
  rolesProblem?: RolesProblem;
  reason?: 'replaced' | 'retired';
  errors?: { path: string; message: string }[];
  retryAfterSeconds?: number;
};

/** An error that the caller is told about. Anything else that is thrown becomes `internal_error` and shows no cause. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }
}

export const notFound = (what: string): ProblemError => new ProblemError('not_found', `There is no such ${what}.`);

/** What exists and is somebody else's. */
class AnothersError extends ProblemError {}

/** Answered as what does not exist, and known as a denied attempt. */
export const anothers = (what: string): ProblemError => new AnothersError('not_found', notFound(what).message);

/** Whether somebody who is known asked for what is not theirs. */
export const isDenial = (error: unknown): error is ProblemError =>
  error instanceof AnothersError || (error instanceof ProblemError && error.code === 'forbidden');

export const invalidState = (detail: string, currentState: string): ProblemError =>
  new ProblemError('invalid_state', detail, { currentState });

/** A validation error that names one member of the body, such as `/deviceIds/3`. */
export const invalidMember = (path: string, message: string): ProblemError =>
  new ProblemError('invalid_request', message, { errors: [{ path, message }] });
