/** The agent's two programs for Windows, side by side, as the package and the person who installs without it need them. */
import { join } from 'node:path';
import { HOST_PROGRAM } from '../platform/native-host.ts';
import { buildExecutable } from './executable.ts';
import { compileHost } from './native.ts';
import type { Signer } from './sign.ts';
import type { Target } from './targets.ts';

/** @throws CannotBuild */
export const buildWindowsFolder = async (target: Target, folder: string, sign?: Signer): Promise<void> => {
  const agent = join(folder, target.program);
  const host = join(folder, HOST_PROGRAM);
  compileHost(host);
  await buildExecutable(target, agent);
  for (const program of sign ? [agent, host] : []) sign?.(program);
};
