/** The calls that functions make to AWS in a scenario, as a run without faults finds them. */
import type { AwsCall } from '../../local/aws/call.ts';
import type { LocalStack } from '../../local/stack.ts';

/** A function's `nth` call of an action in a scenario; what the SDK tries again is one call. */
export type Moment = { readonly function: string; readonly action: string; readonly nth: number };

/** Which function calls what. */
export const siteOf = ({ function: name, action }: Omit<Moment, 'nth'>): string => `${name}:${action}`;

/** @returns how often each function called each action while `run` ran, by site */
export const recordCalls = async (stack: LocalStack, run: () => Promise<void>): Promise<Map<string, number>> => {
  const calls = new Map<string, Set<string>>();
  const interceptor = ({ caller, action, invocationId }: AwsCall): undefined => {
    if (caller.roleArn === undefined) return;
    const site = siteOf({ function: caller.name, action });
    calls.set(site, (calls.get(site) ?? new Set()).add(invocationId));
  };
  stack.interceptors.push(interceptor);
  try {
    await run();
  } finally {
    stack.interceptors.splice(stack.interceptors.indexOf(interceptor), 1);
  }
  return new Map([...calls].map(([site, ids]) => [site, ids.size]));
};
