/** What goes wrong in one round: a function is killed at one of its calls to AWS, or such calls are throttled. */
import { type Interceptor, jsonError, NO_REPLY } from '../../../local/aws/call.ts';
import type { LocalStack } from '../../../local/stack.ts';
import { differ } from '../difference.ts';

export type FaultPlan = {
  readonly functionName: string;
  /** Which of its calls, from 0. */
  readonly call: number;
  readonly how: 'killed before' | 'killed after' | 'throttled';
};

/** Those that serve callers, and those that do what follows. */
export const FALLIBLE = [
  'agent-assistance',
  'admin-assistance',
  'agent-tasks',
  'agent-poll',
  'admin-restarts',
  'admin-devices',
  'events-relay',
  'events-alerts',
  'events-jobs',
  'events-sessions',
] as const;

export const functionOf = ({ model }: LocalStack, name: string) =>
  [...model.functions.values()].find((fn) => fn.name === name) ?? differ(`there is no function ${name}`);

/** @returns what ends the fault */
export const inject = (stack: LocalStack, { functionName, call, how }: FaultPlan): (() => void) => {
  const { arn } = functionOf(stack, functionName);
  let calls = 0;
  const interceptor: Interceptor = async ({ caller, service }, proceed) => {
    if (caller.name !== functionName || calls++ !== call) return undefined;
    if (how === 'throttled') {
      return service === 'dynamodb' ? jsonError('ProvisionedThroughputExceededException', 'injected') : undefined;
    }
    if (how === 'killed after') await proceed();
    await stack.crash(arn);
    return NO_REPLY;
  };
  stack.interceptors.push(interceptor);
  return () => void stack.interceptors.splice(stack.interceptors.indexOf(interceptor), 1);
};
