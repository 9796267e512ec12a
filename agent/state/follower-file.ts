/** `follower.json`: the window in which the person follows their request and can be asked, so that the agent does not ask too. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonFile } from './json-file.ts';
import type { ProcessIdentity } from './lock.ts';
import { unlessSaved } from './not-saved.ts';
import { number, object, string } from './shape.ts';

const parse = object({ requestId: string, pid: number, identity: string });

const fileIn = (stateDir: string) => jsonFile(join(stateDir, 'follower.json'), parse);

/** @returns what takes the note away again */
export const noteFollower = async (
  stateDir: string,
  requestId: string,
  identityOf: ProcessIdentity,
  pid = process.pid,
): Promise<() => Promise<void>> => {
  const file = fileIn(stateDir);
  const identity = await identityOf(pid);
  if (identity === undefined) return async () => undefined;
  // Unnoted, the agent that runs asks too; whichever answer comes first counts.
  await file.write({ requestId, pid, identity }).catch(unlessSaved(() => undefined));
  return () => rm(file.path, { force: true });
};

/** Whether somebody follows that request, and the process in which they do still runs. */
export const isFollowed = async (
  stateDir: string,
  requestId: string,
  identityOf: ProcessIdentity,
): Promise<boolean> => {
  const note = await fileIn(stateDir)
    .read()
    .catch(() => undefined);
  if (note?.requestId !== requestId) return false;
  return (await identityOf(note.pid).catch(() => undefined)) === note.identity;
};
