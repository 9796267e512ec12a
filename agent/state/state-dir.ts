/** Where the agent keeps its state, unless it is told otherwise; making that place, and whether it can be trusted. */
import { posix, win32 } from 'node:path';
import type { Platform } from '../platform/platform.ts';
import { Refusal } from '../refusal.ts';
import { saving } from './not-saved.ts';

/** The platform's place for what a service keeps. */
export const defaultStateDir = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string => {
  if (platform === 'win32') return win32.join(env['ProgramData'] ?? 'C:\\ProgramData', 'remote-assist');
  if (platform === 'darwin') return '/Library/Application Support/remote-assist';
  return posix.join('/var/lib', 'remote-assist');
};

/** @throws Refusal where another account owns it, can change it, or has laid something there */
export const trustStateDir = async (path: string, { distrust }: Pick<Platform, 'distrust'>): Promise<void> => {
  const why = await distrust(path);
  if (why === undefined) return;
  throw new Refusal(
    `${why}. Nothing is read from ${path} or written to it. ` +
      'An administrator should look at what lies there and remove it, or choose another place with --state-dir.',
  );
};

/** Makes the directory, for this account alone. @throws NotSaved, Refusal as `trustStateDir` does */
export const makeStateDir = async (
  path: string,
  platform: Pick<Platform, 'makeDirectory' | 'distrust'>,
): Promise<void> => {
  // Before, too: what lies on the way decides where it is made.
  await trustStateDir(path, platform);
  await saving(path, () => platform.makeDirectory(path));
  await trustStateDir(path, platform);
};
