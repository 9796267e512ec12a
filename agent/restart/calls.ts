/** The calls that a task needs, and what each answer means for it. */
import { ApiError } from '../../lib/api/client.ts';
import { reasonOf } from '../refusal.ts';
import { isRefusal } from '../server.ts';
import type { Staged } from '../state/task-file.ts';
import { restartTimes, serverTime } from './deadlines.ts';
import type { Outcome, RestartPorts } from './ports.ts';

/** The call may have arrived or not, and is to be made again. */
export type Unanswered = { answer: 'none'; problem: unknown };
type Refused = { answer: 'no'; why: string };
type Allowed = {
  answer: 'yes';
  /** What time it was at the server when it answered. */
  serverNow: number;
  allowed: Pick<Staged<'acknowledged'>, 'bootId' | 'graceSeconds' | 'acknowledgedAt' | 'restartAt' | 'deadline'>;
};

const failed = (problem: unknown): Refused | Unanswered =>
  isRefusal(problem) ? { answer: 'no', why: reasonOf(problem) } : { answer: 'none', problem };

/** Asks the server whether this boot may be ended. Only `yes` may lead to a restart. */
export const acknowledge = async (
  { server, platform, clock }: RestartPorts,
  task: Staged<'received' | 'acknowledged'>,
): Promise<Allowed | { answer: 'canceled' } | Refused | Unanswered> => {
  const { bootId } = await platform.boot();
  const sentAt = clock.now();
  try {
    const { status, body, headers } = await server.acknowledge(task.id, { receipt: task.receipt, bootId });
    if (body.state === 'canceling') return { answer: 'canceled' };
    if (status !== 200 || body.state !== 'inProgress') return { answer: 'no', why: `it is ${body.state}` };
    const times = restartTimes(body, sentAt, serverTime(headers, clock.now()));
    // The body tells the least that it can be, for an answer without a `Date`: too early counts more restarts, never fewer.
    const serverNow = Math.max(serverTime(headers, 0), Date.parse(body.acknowledgedAt ?? '') || 0) || clock.now();
    return { answer: 'yes', serverNow, allowed: { bootId, graceSeconds: body.graceSeconds, ...times } };
  } catch (error) {
    if (error instanceof ApiError && error.problem?.currentState === 'canceling') return { answer: 'canceled' };
    return failed(error);
  }
};

/**
 * Asks the server to put the restart off. A server that has done so already, and whose answer was lost, says that the task
 * waits again; so repeating it never puts it off twice.
 */
export const postpone = async (
  { server }: RestartPorts,
  { id, minutes }: Staged<'postponing'>,
): Promise<{ answer: 'yes' | 'canceled' } | Refused | Unanswered> => {
  let state: string | undefined;
  try {
    state = (await server.postpone(id, { minutes })).body.state;
  } catch (error) {
    state = error instanceof ApiError ? error.problem?.currentState : undefined;
    if (state !== 'scheduled' && state !== 'queued' && state !== 'canceling') return failed(error);
  }
  if (state === 'canceling') return { answer: 'canceled' };
  return state === 'scheduled' || state === 'queued' ? { answer: 'yes' } : { answer: 'no', why: `it is ${state}` };
};

/**
 * Tells the server how the task ended. A `no` means that it knows better: the task is over either way. What was thought to
 * have failed did not, when the boot that was to be ended is over: a system may say no, or nothing, and restart after all.
 */
export const report = async (
  { server, platform }: RestartPorts,
  task: Staged<'reporting'>,
): Promise<(({ answer: 'yes' } | Refused) & { told: Outcome }) | Unanswered> => {
  const boot = await platform.boot();
  const restarted = task.outcome === 'failed' && task.bootId !== undefined && task.bootId !== boot.bootId;
  const { outcome, error }: Outcome = restarted ? { outcome: 'succeeded', error: undefined } : task;
  const told = { outcome, error };
  try {
    await server.report(task.id, { outcome, ...boot, ...(error && { error }) });
    return { answer: 'yes', told };
  } catch (problem) {
    const reply = failed(problem);
    return reply.answer === 'no' ? { ...reply, told } : reply;
  }
};
