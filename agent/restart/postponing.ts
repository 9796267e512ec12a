/**
 * Putting a restart off. From the moment the person's wish is on the disk nothing restarts until the server has answered it:
 * a yes ends this life of the task, which is delivered afresh when its time comes; after a no the server's leave is asked for
 * again, and the restart comes with a minute's warning at least. Without an answer until the deadline the task is let go,
 * and nothing is put on record: if the server did put it off, it comes again.
 */
import { notPostponed, postponed } from '../person/words.ts';
import { reasonOf } from '../refusal.ts';
import type { Staged } from '../state/task-file.ts';
import { postpone } from './calls.ts';
import type { Countdown } from './countdown.ts';
import { AT_ONCE, conclude, nameOf, type RestartPorts, type Step } from './ports.ts';

export const postponing = async (
  ports: RestartPorts,
  countdown: Countdown,
  task: Staged<'postponing'>,
): Promise<Step> => {
  const { ledger, person, clock, log } = ports;
  const pauseMs = countdown.leftMs(task);
  if (pauseMs) return { againInMs: pauseMs };
  person.close();
  const reply = await postpone(ports, task);
  switch (reply.answer) {
    case 'yes':
      await person.answer(task.from, postponed(task.minutes));
      await ledger.postponed(task, clock.now());
      log.info('task put off', { ...nameOf(task), minutes: task.minutes });
      return AT_ONCE;
    case 'canceled':
      await person.answer(task.from, notPostponed('it was cancelled.'));
      return conclude(ports, task, { outcome: 'canceled', error: undefined });
    case 'no':
      await ledger.doubted(task);
      await person.answer(task.from, notPostponed(reply.why));
      return AT_ONCE;
    case 'none':
      if (clock.now() < task.deadline) return countdown.afterFailure(task, reply.problem);
      await ledger.forget();
      log.warn('task dropped', { ...nameOf(task), why: reasonOf(reply.problem) });
      return AT_ONCE;
  }
};
