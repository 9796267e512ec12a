/** The server, as the agent uses it: the contract's operations for agents, and what a failed call means. */
import {
  consent,
  endOwnAssistance,
  getOwnAssistanceRequest,
  requestAssistance,
  withdrawAssistanceRequest,
} from '../lib/api/assistance.ts';
import { type Answer, ApiError, createClient } from '../lib/api/client.ts';
import type { OperationRequest } from '../lib/api/operation.ts';
import { acknowledgeTask, poll, postponeTask, reportResult } from '../lib/api/restarts.ts';

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

/**
 * Calls the server with the device's credential.
 * @param stop ends a poll that is waiting for its answer; what changes something is left to be answered
 */
export const createServer = (baseUrl: string, token: string, stop?: AbortSignal): TaskServer & AssistanceServer => {
  const call = createClient({ baseUrl, token });
  return {
    poll: (body) => call(poll, { body }, stop ? { signal: stop } : {}),
    acknowledge: (id, body) => call(acknowledgeTask, { params: { id }, body }),
    postpone: (id, body) => call(postponeTask, { params: { id }, body }),
    report: (id, body) => call(reportResult, { params: { id }, body }),
    request: (body, idempotencyKey) => call(requestAssistance, { body }, { idempotencyKey }),
    read: (id) => call(getOwnAssistanceRequest, { params: { id } }),
    consent: (id, decision) => call(consent, { params: { id }, body: { decision } }),
    withdraw: (id) => call(withdrawAssistanceRequest, { params: { id } }),
    end: (id) => call(endOwnAssistance, { params: { id } }),
  };
};

/**
 * Whether the server looked at the call and said no for good, so that asking again would change nothing. Everything else
 * is no answer: no connection, a fault of the server, a pace to keep, and a 401 or 403, which may be a passing fault of
 * something in between and must not cost a device its work. A 404 counts only when it comes from our own code.
 */
export const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  (error.status === 409 ||
    error.status === 410 ||
    (error.problem !== undefined && error.status < 500 && ![401, 403, 408, 429].includes(error.status)));

export const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof ApiError ? error.retryAfterSeconds : undefined;
