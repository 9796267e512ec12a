/** Makes the folder that the data is kept in. */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Makes the folder and those above it that are missing. Node's own `recursive` tries for ever where a folder is there
 * and nothing can be made in it, as in /proc.
 * @throws what `mkdir` throws
 */
export const makeFolder = (path: string): void => {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (!existsSync(above)) makeFolder(above);
  mkdirSync(path);
};

/** Nobody else on this machine has any business there: tokens' keys, devices' credentials, what people wrote. */
const OWNER_ONLY = 0o700;

/**
 * Makes the folder as `makeFolder` does, for this account alone.
 * @param isOurs whether what is there was made by us; a folder of somebody else's, such as /tmp, keeps its access
 */
export const makePrivateFolder = (path: string, isOurs: () => boolean): void => {
  const isNew = !isFolder(path);
  makeFolder(path);
  if (isNew || isOurs()) chmodSync(path, OWNER_ONLY);
};
