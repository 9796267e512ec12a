/** The agent's one loop: polls at the server's pace and moves the task in hand along, the grace included, in between. */
import type { Attendant } from './assistance/attendant.ts';
import type { Clock } from './clock.ts';
import type { CredentialKeeper } from './credential/keeper.ts';
import type { CredentialRefusals } from './credential/refusals.ts';
import type { Log } from './log.ts';
import { pollBackOffMs, pollDelayMs, startDelayMs } from './pace.ts';
import type { Bell } from './person/bell.ts';
import type { Person } from './person/person.ts';
import type { Platform } from './platform/platform.ts';
import { Refusal, reasonOf } from './refusal.ts';
import type { RestartFlow } from './restart/flow.ts';
import type { Step } from './restart/ports.ts';
import { retryAfterOf, type TaskServer } from './server.ts';
import type { Lock } from './state/lock.ts';
import { NotSaved, unlessNoRoom } from './state/not-saved.ts';
import { AGENT_VERSION } from './version.ts';

export type LoopPorts = {
  server: Pick<TaskServer, 'poll'>;
  platform: Pick<Platform, 'boot'>;
  flow: Pick<RestartFlow, 'receive' | 'step' | 'stage' | 'lastOutcome'>;
  person: Pick<Person, 'next'>;
  bell: Pick<Bell, 'arm' | 'takeHurry'>;
  keeper: Pick<CredentialKeeper, 'turn'>;
  attendant: Pick<Attendant, 'saw'>;
  lock: Pick<Lock, 'take'>;
  refusals: Pick<CredentialRefusals, 'failed' | 'worked'>;
  clock: Clock;
  random: () => number;
  log: Log;
};

export type LoopOptions = {
  /** One poll, and what it brought through to its end. The first call that is not answered ends it. */
  once: boolean;
  startWithinSeconds: number;
  stop: AbortSignal;
};

const HURRY_MS = 10_000;
const HURRIED_PACE_MS = 5_000;

/**
 * Runs until it is stopped, or once. Whatever fails in between is logged and tried again; a credential that the server does
 * not take today is kept, since it may be the server that is wrong.
 * @throws Refusal when another agent works here; with `once`, when the server, the platform or the disk did not do its part
 */
export const pollLoop = async (ports: LoopPorts, { once, startWithinSeconds, stop }: LoopOptions): Promise<void> => {
  const { server, platform, person, attendant, bell, keeper, flow, lock, refusals, clock, random, log } = ports;
  let nextPoll = clock.monotonic() + (once ? 0 : startDelayMs(random(), startWithinSeconds));
  let hurriedUntil = Number.NEGATIVE_INFINITY;
  let paceMs = 0;
  let pollFailures = 0;
  let stepFailures = 0;
  let polled = false;

  const faulted = (what: string, problem: unknown, failures: number, atLeastMs = 0): number => {
    if (once) throw new Refusal(reasonOf(problem));
    const againInMs = pollBackOffMs(failures, random(), atLeastMs, retryAfterOf(problem));
    log.warn(what, { problem: reasonOf(problem), againInSeconds: Math.round(againInMs / 1000) });
    return againInMs;
  };

  const step = async (): Promise<Step> => {
    try {
      const result = await flow.step();
      stepFailures = 0;
      if (result.problem !== undefined) {
        if (once) throw new Refusal(reasonOf(result.problem));
        log.warn('no answer about the task', { problem: reasonOf(result.problem) });
      }
      return result;
    } catch (error) {
      // The system or the disk: what could not be written down is not acted upon.
      return { againInMs: faulted('the task cannot go on', error, ++stepFailures) };
    }
  };

  const poll = async (): Promise<void> => {
    const boot = await platform.boot();
    const { body, headers, retryAfterSeconds } = await server.poll({ ...boot, agentVersion: AGENT_VERSION });
    const pace = { ...(retryAfterSeconds !== undefined && { retryAfterSeconds }), ...body };
    paceMs = pollDelayMs(pace);
    // What is new may not be found at the first look.
    const now = clock.monotonic();
    nextPoll = now + (now < hurriedUntil ? Math.min(paceMs, HURRIED_PACE_MS) : paceMs);
    pollFailures = 0;
    polled = true;
    await refusals.worked();
    await attendant.saw(body?.assistanceRequest);
    if (!body) return;
    for (const task of body.tasks) {
      await flow.receive(task, headers).catch((error: unknown) => {
        if (once || !(error instanceof NotSaved)) throw error;
        // Not acknowledged, it comes again; the server gives it up after some deliveries, and says so to the admin.
        log.error('a task cannot be saved, so it is not acknowledged', { taskId: task.id, problem: reasonOf(error) });
      });
      await step();
    }
  };

  while (!stop.aborted) {
    const chosen = bell.arm();
    const { againInMs = Number.POSITIVE_INFINITY } = await step();
    // With `once` a restart that the system has taken ends this process or this run; the next one proves it.
    if (once && polled && flow.stage === undefined) await keeper.turn(true);
    if (once && polled && (flow.stage === undefined || flow.stage === 'restarting')) break;
    if (bell.takeHurry()) {
      hurriedUntil = clock.monotonic() + HURRY_MS;
      // A server that does not answer is not asked sooner.
      if (pollFailures === 0) nextPoll = Math.min(nextPoll, clock.monotonic());
    }
    if (clock.monotonic() >= nextPoll) {
      // While the disk had no room for the lock, another agent may have begun.
      await lock.take().catch(unlessNoRoom(() => undefined));
      try {
        await poll();
      } catch (error) {
        await refusals.failed(error);
        nextPoll = clock.monotonic() + faulted('the poll failed', error, ++pollFailures, paceMs);
      }
    } else {
      if (flow.stage === undefined) {
        // What was chosen for a restart that is over is answered.
        await person.next(undefined);
        await keeper.turn(polled && pollFailures === 0);
      }
      await clock.sleep(Math.min(nextPoll - clock.monotonic(), againInMs), AbortSignal.any([stop, chosen]));
    }
  }
  const failure = flow.lastOutcome?.outcome === 'failed' ? flow.lastOutcome.error : undefined;
  if (once && failure) throw new Refusal(`The restart failed: ${failure.message} (${failure.code})`);
};
