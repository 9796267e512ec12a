/** `rotate-credential`: an administrator at the PC has the device's credential replaced, by the agent where it runs. */
import { keeping } from '../credential/credential.ts';
import { rotate } from '../credential/rotation.ts';
import { patiently } from '../patiently.ts';
import { createServer } from '../server.ts';
import { deviceFile } from '../state/device-file.ts';
import { takeLock } from '../state/lock.ts';
import type { OptionsOf } from './arguments.ts';
import { askAgent, runningAgent } from './ask-agent.ts';
import { type Context, enrolledDevice } from './context.ts';
import { senderFor } from './network.ts';

export const rotateCredential = async (context: Context, options: OptionsOf<'rotate-credential'>): Promise<void> => {
  const { stateDir, clock, random, print } = context;
  const { apiUrl } = await enrolledDevice(context);
  if ((await runningAgent(context)) !== undefined) return askAgent(context, { kind: 'rotateCredential' });
  await takeLock(stateDir, context.platform().processIdentity);
  const file = deviceFile(stateDir);
  const server = createServer(
    apiUrl,
    keeping(file, clock.now, () => undefined),
    await senderFor(context, options, apiUrl),
  );
  await patiently(() => rotate({ file, server, clock }), { clock, random });
  print('The credential was rotated.');
};
