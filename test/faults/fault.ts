/** What can befall a call of a function to AWS, and how each of it is made to happen at the local stack's gateway. */
import { once } from 'node:events';
import { type AwsCall, type AwsOutcome, type Interceptor, jsonReply, NO_REPLY, refuse } from '../../local/aws/call.ts';
import { sqsError } from '../../local/aws/sqs-errors.ts';
import type { LocalStack } from '../../local/stack.ts';
import type { Moment } from './moments.ts';

/**
 * `throttled`, `serverError`, `reset`, `answerLost`: at every attempt that the SDK makes at the call, so that the
 * function hears of it. `timeOutBefore`, `timeOutAfter`: at the first attempt, before or after it takes effect; the next
 * one goes through. `partial`: a batch of which a part fails. `deadline`: the answer comes after the function's time.
 */
export const FAULTS = [
  'throttled',
  'serverError',
  'reset',
  'answerLost',
  'timeOutBefore',
  'timeOutAfter',
  'partial',
  'deadline',
  'killedBefore',
  'killedAfter',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What answers that a part of a batch has failed. */
const PARTIAL = ['BatchGetItem', 'PutEvents'];

export const faultsOf = ({ action }: { action: string }): Fault[] =>
  FAULTS.filter((fault) => fault !== 'partial' || PARTIAL.includes(action));

type Proceed = () => Promise<AwsOutcome>;
type Injected = { stack: LocalStack; call: AwsCall; proceed: Proceed; isFirstAttempt: boolean };

/** Until the caller no longer waits. */
const silence = async ({ signal }: AwsCall): Promise<AwsOutcome> => {
  if (!signal.aborted) await once(signal, 'abort');
  return NO_REPLY;
};

const throttled = (service: string): AwsOutcome => {
  if (service === 'sqs') return sqsError('RequestThrottled', 'Rate exceeded', 403);
  return refuse(service, service === 'sns' ? 'Throttled' : 'ThrottlingException', 'Rate exceeded', 400);
};

type Batch = { RequestItems: Record<string, { Keys: object[] } & object> };

/** The second half of the keys is left unread; of a single one there is only that half. */
const halfRead = async (call: AwsCall, proceed: Proceed): Promise<AwsOutcome> => {
  const { RequestItems } = JSON.parse(call.body) as Batch;
  const [[table, wanted] = ['', { Keys: [] }]] = Object.entries(RequestItems);
  const half = Math.floor(wanted.Keys.length / 2);
  const UnprocessedKeys = { [table]: { ...wanted, Keys: wanted.Keys.slice(half) } };
  if (half === 0) return jsonReply(200, { Responses: { [table]: [] }, UnprocessedKeys });
  call.body = JSON.stringify({ RequestItems: { [table]: { ...wanted, Keys: wanted.Keys.slice(0, half) } } });
  const reply = await proceed();
  if (reply === NO_REPLY) return reply;
  return jsonReply(200, { ...(JSON.parse(String(reply.body)) as object), UnprocessedKeys });
};

/** The last of the events is not taken. */
const lastRefused = async (call: AwsCall, proceed: Proceed): Promise<AwsOutcome> => {
  const { Entries, ...rest } = JSON.parse(call.body) as { Entries: object[] };
  const refused = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
  if (Entries.length === 1) return jsonReply(200, { FailedEntryCount: 1, Entries: [refused] });
  call.body = JSON.stringify({ ...rest, Entries: Entries.slice(0, -1) });
  const reply = await proceed();
  if (reply === NO_REPLY) return reply;
  const answer = JSON.parse(String(reply.body)) as { Entries: object[] };
  return jsonReply(200, { FailedEntryCount: 1, Entries: [...answer.Entries, refused] });
};

const arnOf = ({ model }: LocalStack, { caller }: AwsCall): string =>
  [...model.functions.values()].find(({ name }) => name === caller.name)?.arn ?? '';

const ACTS: Readonly<Record<Fault, (injected: Injected) => Promise<AwsOutcome | undefined>>> = {
  throttled: async ({ call }) => throttled(call.service),
  serverError: async ({ call }) => refuse(call.service, 'InternalServerError', 'injected', 500),
  reset: async () => NO_REPLY,
  answerLost: async ({ proceed }) => {
    await proceed();
    return NO_REPLY;
  },
  timeOutBefore: async ({ call, isFirstAttempt }) => (isFirstAttempt ? silence(call) : undefined),
  timeOutAfter: async ({ call, proceed, isFirstAttempt }) => {
    if (!isFirstAttempt) return undefined;
    await proceed();
    return silence(call);
  },
  partial: async ({ call, proceed }) =>
    call.action === 'PutEvents' ? lastRefused(call, proceed) : halfRead(call, proceed),
  deadline: async ({ stack, call, proceed }) => {
    await proceed();
    await stack.timeOut(arnOf(stack, call));
    return NO_REPLY;
  },
  killedBefore: async ({ stack, call }) => {
    await stack.crash(arnOf(stack, call));
    return NO_REPLY;
  },
  killedAfter: async ({ stack, call, proceed }) => {
    await proceed();
    await stack.crash(arnOf(stack, call));
    return NO_REPLY;
  },
};

export type Injection = {
  /** How many attempts at the call the fault befell. */
  hits(): number;
  remove(): void;
};

/** Has the fault befall the call that the moment names, counted from now on. */
export const inject = (stack: LocalStack, { function: name, action, nth }: Moment, fault: Fault): Injection => {
  const seen = new Set<string>();
  let chosen: string | undefined;
  let hits = 0;
  const interceptor: Interceptor = async (call, proceed) => {
    if (call.caller.name !== name || call.action !== action) return undefined;
    seen.add(call.invocationId);
    if (seen.size === nth) chosen ??= call.invocationId;
    if (call.invocationId !== chosen) return undefined;
    hits += 1;
    return ACTS[fault]({ stack, call, proceed, isFirstAttempt: hits === 1 });
  };
  stack.interceptors.push(interceptor);
  return {
    hits: () => hits,
    remove: () => void stack.interceptors.splice(stack.interceptors.indexOf(interceptor), 1),
  };
};
