/** What `run` keeps in its state directory, opened so that it also runs while the disk is full or read-only. */
import { reasonOf } from '../refusal.ts';
import { TaskLedger } from '../restart/ledger.ts';
import { TaskSlot } from '../restart/task-slot.ts';
import { askedFile } from '../state/asked-file.ts';
import { removeLeftBehind } from '../state/atomic-file.ts';
import { deviceFile } from '../state/device-file.ts';
import { openHistory } from '../state/history.ts';
import { keptFile } from '../state/kept-file.ts';
import type { Lock } from '../state/lock.ts';
import { type NotSaved, unlessNoRoom } from '../state/not-saved.ts';
import { refusedFile } from '../state/refused-file.ts';
import { taskFile } from '../state/task-file.ts';
import type { Context } from './context.ts';

/** A disk that takes nothing is said so often. */
const SAY_EVERY_MS = 10 * 60_000;

const sayingSo = ({ clock, log }: Pick<Context, 'clock' | 'log'>): ((problem: NotSaved) => void) => {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (problem) => {
    if (clock.monotonic() - saidAt < SAY_EVERY_MS) return;
    saidAt = clock.monotonic();
    const goesOn = 'the agent polls and takes calls for help, and restarts nothing that it cannot put on record';
    log.error('the disk does not take what is to be saved', { problem: reasonOf(problem), goesOn });
  };
};

/**
 * Without room for the lock it is taken with the first thing that is written.
 * @throws Refusal when another agent works here, or when state cannot be read or understood
 */
export const openStorage = async (
  context: Pick<Context, 'stateDir' | 'clock' | 'log'>,
  { deviceId, pretend, lock }: { deviceId: string; pretend: boolean; lock: Lock },
) => {
  const { stateDir, clock, log } = context;
  const unsaved = sayingSo(context);
  await lock.take().catch(unlessNoRoom(unsaved));
  await removeLeftBehind(stateDir, clock.now());
  const slot = await TaskSlot.open(lock.guarding(taskFile(stateDir)), deviceId, pretend, unsaved);
  const beforeWrite = () => lock.take();
  const history = await openHistory(stateDir, { now: clock.now(), warn: log.warn, unsaved, beforeWrite });
  return {
    slot,
    ledger: new TaskLedger(slot, history),
    device: lock.guarding(deviceFile(stateDir)),
    asked: keptFile(lock.guarding(askedFile(stateDir)), unsaved),
    refused: keptFile(lock.guarding(refusedFile(stateDir)), unsaved),
    unsaved,
  };
};
