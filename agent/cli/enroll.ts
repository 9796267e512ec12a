/** `enroll`: makes this PC a managed device. */
import { enrollDevice } from '../enrollment.ts';
import { deviceFile } from '../state/device-file.ts';
import { takeLock } from '../state/lock.ts';
import { makeStateDir } from '../state/state-dir.ts';
import { taskFile } from '../state/task-file.ts';
import { oneLine } from '../text.ts';
import { apiUrl, type OptionsOf, required } from './arguments.ts';
import type { Context } from './context.ts';
import { givenByOptions, keepNetwork, senderFor } from './network.ts';

export const enroll = async (context: Context, options: OptionsOf<'enroll'>): Promise<void> => {
  const { stateDir, clock, random } = context;
  const enrollment = {
    apiUrl: apiUrl(required(options, 'api')),
    enrollmentToken: required(options, 'enrollment-token').trim(),
    name: options.name === undefined ? oneLine(context.hostname, 128) || 'unnamed' : required(options, 'name').trim(),
    force: options.force ?? false,
  };
  const network = givenByOptions(options);
  const platform = context.platform();
  await makeStateDir(stateDir, platform);
  // An agent that runs would go on as the device that this was.
  await takeLock(stateDir, platform.processIdentity);
  // Several agents on one PC, each with a directory of its own, are several devices: the number would tell no two apart.
  const serialNumber = options['state-dir'] === undefined ? await platform.serialNumber() : undefined;
  const sender = async () => {
    // First, so that the agent that runs later goes the same way.
    await keepNetwork(stateDir, network);
    return senderFor(context, options, enrollment.apiUrl);
  };
  const deviceId = await enrollDevice(
    { file: deviceFile(stateDir), clock, random, sender },
    { ...enrollment, platform: platform.name, serialNumber, machine: await platform.machineMarks() },
  );
  // Old work must not run on a device that was enrolled anew. What was restarted stays on record, in the history.
  const tasks = taskFile(stateDir);
  // Reading keeps a copy of a damaged one.
  await tasks.read().catch(() => undefined);
  await tasks.write({ task: undefined, shown: undefined });
  context.print(deviceId);
};
