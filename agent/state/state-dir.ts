/** Where the agent keeps its state, unless it is told otherwise, and making that place. */
import { mkdir } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import type { Platform } from '../platform/platform.ts';
import { saving } from './not-saved.ts';

/** The platform's place for what a service keeps. */
export const defaultStateDir = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string => {
  if (platform === 'win32') return win32.join(env['ProgramData'] ?? 'C:\\ProgramData', 'remote-assist');
  if (platform === 'darwin') return '/Library/Application Support/remote-assist';
  return posix.join('/var/lib', 'remote-assist');
};

/** Makes the directory, for this account alone. @throws NotSaved */
export const makeStateDir = async (
  path: string,
  { closeDirectory }: Pick<Platform, 'closeDirectory'>,
): Promise<void> => {
  const made = await saving(path, () => mkdir(path, { recursive: true, mode: 0o700 }));
  if (made !== undefined) await closeDirectory(path);
};
