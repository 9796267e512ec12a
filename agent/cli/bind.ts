/** Binds the state of a device to the machine that it runs on, so that a copy of the disk is known for one. */
import type { Log } from '../log.ts';
import { learnedMarks } from '../platform/machine-marks.ts';
import type { MachineMarks } from '../platform/platform.ts';
import { reasonOf } from '../refusal.ts';
import type { DeviceFile } from '../state/device-file.ts';
import { NotSaved } from '../state/not-saved.ts';

/**
 * Adds what can be read of this machine and was not known: the state of an earlier version has nothing of it. Where nothing
 * can be read nobody is locked out, and a copy is found out by the server alone.
 */
export const bindToMachine = async (
  { file, log }: { file: Pick<DeviceFile, 'read' | 'write'>; log: Log },
  here: MachineMarks,
): Promise<void> => {
  if (here.installation === undefined && here.hardware === undefined) {
    log.warn('this machine has no id that can be read, so a copy of its disk would not be known for one');
    return;
  }
  const state = await file.read();
  const machine = learnedMarks(state?.enrolled?.machine, here);
  if (!state?.enrolled || !machine) return;
  try {
    await file.write({ ...state, enrolled: { ...state.enrolled, machine } });
  } catch (error) {
    if (!(error instanceof NotSaved)) throw error;
    log.warn('the state is not bound to this machine yet', { problem: reasonOf(error) });
  }
};
