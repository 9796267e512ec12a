/**
 * Bugs to plant into the stack, where its functions meet AWS: a run of the model that finds none of them would find no bug
 * of ours either.
 */
import type { AwsOutcome, Interceptor } from '../../../local/aws/call.ts';
import type { InvocationInterceptor } from '../../../local/functions/invoker.ts';
import type { LocalStack } from '../../../local/stack.ts';

export type Plant = { readonly name: string } & (
  | { readonly calls: Interceptor }
  | { readonly invocations: InvocationInterceptor }
);

/** A function goes by what it has read of a thing first, and writes it, whoever changed it since. */
const ofItsOwnMind = (functionName: string, thing: string): Interceptor => {
  const read = new Map<string, Promise<AwsOutcome>>();
  return (call, proceed) => {
    if (call.caller.name !== functionName || call.service !== 'dynamodb' || !call.body.includes(thing))
      return undefined;
    if (call.action === 'GetItem') {
      const reply = read.get(call.body) ?? proceed();
      read.set(call.body, reply);
      return reply;
    }
    call.body = call.body.replace(
      /"ConditionExpression":"([^"]*)"/g,
      '"ConditionExpression":"($1) OR attribute_exists(pk) OR attribute_not_exists(pk)"',
    );
    return undefined;
  };
};

/** The events of one type are changed on their way to the bus. */
const published =
  (type: string, change: (entry: { DetailType: string; Detail: string }) => void): Interceptor =>
  (call) => {
    if (call.action !== 'PutEvents' || !call.body.includes(type)) return undefined;
    const body = JSON.parse(call.body) as { Entries: { DetailType: string; Detail: string }[] };
    for (const entry of body.Entries) if (entry.DetailType === type) change(entry);
    call.body = JSON.stringify(body);
    return undefined;
  };

/** Some of what a function is told never reaches it. */
const untold =
  (name: string, isLost: (text: string) => boolean): InvocationInterceptor =>
  ({ functionName, payload }, invoke) => {
    if (functionName !== name) return undefined;
    const { Records: records } = JSON.parse(payload) as { Records?: unknown[] };
    if (!records) return isLost(payload) ? { ok: true, payload: 'null' } : undefined;
    const kept = records.filter((record) => !isLost(JSON.stringify(record)));
    return kept.length === 0 ? { ok: true, payload: 'null' } : invoke(JSON.stringify({ Records: kept }));
  };

/** What shows soonest comes first. */
export const PLANTS: readonly Plant[] = [
  {
    name: 'no event says that a task was acknowledged',
    calls: published('RestartTaskAcknowledged', (entry) => {
      entry.DetailType = 'Nothing';
    }),
  },
  { name: 'a second approval opens a second session', calls: ofItsOwnMind('admin-assistance', 'req_') },
  {
    name: 'a task that has ended is not counted',
    invocations: untold('events-jobs', (record) => /"state":\{"S":"(failed|canceled)"\}/.test(record)),
  },
  {
    name: 'an event has the version of the change after',
    calls: published('RestartTaskQueued', (entry) => {
      const detail = JSON.parse(entry.Detail) as { version: number };
      entry.Detail = JSON.stringify({ ...detail, version: detail.version + 1 });
    }),
  },
  { name: 'a task is acknowledged that was canceled, or by two boots', calls: ofItsOwnMind('agent-tasks', 'tsk_') },
  {
    name: 'a job that is canceled leaves its tasks',
    invocations: untold('events-jobs', (record) => record.includes('closingDueAt')),
  },
  {
    name: 'an alert stays though its request was withdrawn',
    invocations: untold('events-alerts', (event) => event.includes('AssistanceWithdrawn')),
  },
];

const put = <T>(list: T[], item: T): (() => void) => {
  list.push(item);
  return () => void list.splice(list.indexOf(item), 1);
};

/** @returns what takes it out again */
export const plant = (stack: LocalStack, planted: Plant): (() => void) =>
  'calls' in planted ? put(stack.interceptors, planted.calls) : put(stack.invocationInterceptors, planted.invocations);
