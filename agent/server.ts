/** The server, as the agent uses it: the contract's operations for agents, and what a failed call means. */
import {
  consent,
  endOwnAssistance,
  getOwnAssistanceRequest,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../lib/api/assistance.ts';
import { type Answer, ApiError, type Client, createClient, type Send } from '../lib/api/client.ts';
import { rotateCredential } from '../lib/api/devices.ts';
import type { OperationRequest } from '../lib/api/operation.ts';
import type { ProblemCode } from '../lib/api/problem.ts';
import { acknowledgeTask, poll, postponeTask, reportResult } from '../lib/api/restarts.ts';
import type { Credential } from './credential/credential.ts';
import { NoAnswer } from './network/no-answer.ts';
import { newerMembers } from './newer-members.ts';
import { Refusal } from './refusal.ts';

type Body<O extends Parameters<ReturnType<typeof createClient>>[0]> = OperationRequest<O>['body'];

/** What the poll loop calls. */
export type TaskServer = {
  poll(body: Body<typeof poll>): Promise<Answer<typeof poll>>;
  acknowledge(taskId: string, body: Body<typeof acknowledgeTask>): Promise<Answer<typeof acknowledgeTask>>;
  postpone(taskId: string, body: Body<typeof postponeTask>): Promise<Answer<typeof postponeTask>>;
  report(taskId: string, body: Body<typeof reportResult>): Promise<Answer<typeof reportResult>>;
};

/** What a request for help calls. */
export type AssistanceServer = {
  request(
    body: Body<typeof requestAssistance>,
    idempotencyKey: string,
  ): Promise<Pick<Answer<typeof requestAssistance>, 'body'>>;
  read(id: string): Promise<Pick<Answer<typeof getOwnAssistanceRequest>, 'body' | 'retryAfterSeconds'>>;
  consent(id: string, decision: 'accepted' | 'refused'): Promise<Pick<Answer<typeof consent>, 'body'>>;
  withdraw(id: string): Promise<Pick<Answer<typeof withdrawAssistanceRequest>, 'body'>>;
  end(id: string): Promise<Pick<Answer<typeof endOwnAssistance>, 'body'>>;
};

/** What looking after the credential calls. */
export type CredentialServer = {
  rotate(idempotencyKey: string): Promise<Pick<Answer<typeof rotateCredential>, 'body'>>;
  /** Any call that changes nothing. @throws when no credential is taken, or nothing answers */
  probe(): Promise<void>;
};

/** An id that no request has. */
const NO_REQUEST = 'req_00000000000000000000000000';

/** Calls with each of the credential's tokens until one is taken; a call that the server answers 401 has done nothing. */
const callWith =
  (baseUrl: string, { tokens, worked }: Credential, send: Send): Client =>
  async (op, request, options) => {
    let refused: unknown = new Refusal('This device has no credential.');
    for (const token of await tokens()) {
      try {
        const answer = await createClient({ baseUrl, token, fetch: send })(op, request, options);
        await worked(token);
        return answer;
      } catch (error) {
        if (isRefusal(error)) await worked(token);
        if (!isUnknown(error)) throw error;
        refused = error;
      }
    }
    throw refused;
  };

/**
 * Calls the server with the device's credential.
 * @param stop ends a poll that is waiting for its answer; what changes something is left to be answered
 */
export const createServer = (
  baseUrl: string,
  credential: Credential,
  send: Send,
  stop?: AbortSignal,
): TaskServer & AssistanceServer & CredentialServer => {
  const call = callWith(baseUrl, credential, send);
  const withNewer = newerMembers();
  return {
    rotate: (idempotencyKey) => call(rotateCredential, { body: {} }, { idempotencyKey }),
    probe: async () => {
      try {
        await call(getOwnAssistanceRequest, { params: { id: NO_REQUEST } });
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    },
    poll: (told) => withNewer(told, (body) => call(poll, { body }, stop ? { signal: stop } : {})),
    acknowledge: (id, body) => call(acknowledgeTask, { params: { id }, body }),
    postpone: (id, body) => call(postponeTask, { params: { id }, body }),
    report: (id, told) => withNewer(told, (body) => call(reportResult, { params: { id }, body })),
    request: (body, idempotencyKey) => call(requestAssistance, { body }, { idempotencyKey }),
    read: (id) => call(getOwnAssistanceRequest, { params: { id } }),
    consent: (id, decision) => call(consent, { params: { id }, body: { decision } }),
    withdraw: (id) => call(withdrawAssistanceRequest, { params: { id } }),
    end: (id) => call(endOwnAssistance, { params: { id } }),
  };
};

/** A pace to keep, a fault of the server, and a credential that it does not take today and may take tomorrow. */
const MAY_PASS: readonly ProblemCode[] = ['unauthenticated', 'forbidden', 'too_many_requests'];

/**
 * Whether the server looked at the call and said no for good, so that asking again would change nothing. Only its own
 * problem document says that. Everything else is no answer: no connection, a fault, and whatever status something in
 * between answers with, which must not cost a device its work, a person their request, or a call its idempotency key.
 */
export const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  error.problem !== undefined &&
  error.status < 500 &&
  !MAY_PASS.includes(error.problem.code);

/**
 * Whether our own code, and nothing in between, does not know this device: it was retired, or its credential is a copy.
 * That too may pass, while a rotation is under way.
 */
export const isUnknown = (error: unknown): boolean =>
  error instanceof ApiError && error.problem?.code === 'unauthenticated';

/** Whether asking again is of no use: the server said no, or the agent does. */
export const isFinal = (error: unknown): boolean => isRefusal(error) || error instanceof Refusal;

/** Whether nothing answered, or nothing that is of use; what failed on this PC, such as a full disk, is no outage. */
export const isOutage = (error: unknown): boolean =>
  error instanceof ApiError ? !isRefusal(error) : error instanceof NoAnswer || error instanceof DOMException;

/** The request of this device that is open, where that is why another one is refused. */
export const existingRequestOf = (error: unknown): string | undefined =>
  error instanceof ApiError ? error.problem?.existingId : undefined;

export const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof ApiError ? error.retryAfterSeconds : undefined;
