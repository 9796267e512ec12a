/** Which files of a state directory are the agent's own, by their names: what is not is never removed. */
import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const JSON_FILES = 'device|task|request|asked|follower|refused|dry-run|network|installed|provisioning';

/** With a copy of one that was damaged, and what a write leaves that is killed. */
const OWN = [
  new RegExp(`^(?:(?:${JSON_FILES})\\.json|history\\.jsonl)(?:\\.damaged-[\\da-f]{12})?(?:\\.[\\w-]+\\.tmp)?$`),
  /^company-ca\.pem(?:\.[\w-]+\.tmp)?$/,
  /^lock\.(?:\d+|[\w-]+\.tmp)$/,
];

/** Whether the agent writes a file of that name into its state directory. */
export const isOwnFile = (name: string): boolean => OWN.some((own) => own.test(name));

/** What lies in a state directory beside that: what the command line lays there, the log of Windows, an administrator's file. */
const BESIDE: readonly string[] = ['commands', 'logs', 'provision.json'];

/** Whether a directory is one of other things too, such as `/tmp` or `/etc`, so that nobody must be shut out of it. */
export const isShared = (names: readonly string[]): boolean =>
  names.some((name) => !isOwnFile(name) && !BESIDE.includes(name));

/** Whatever lies in it was laid there by the agent's own commands. */
const COMMANDS = 'commands';
const COMMAND = /^[\w-]{8,64}\.(?:json|answer)(?:\.[\w-]+\.tmp)?$/;

/** Not a link, which would lead to somebody else's. */
const isDirectory = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;

const removeNamed = async (directory: string, isOwn: (name: string) => boolean): Promise<void> => {
  if (!(await isDirectory(directory))) return;
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const found = await lstat(path).catch(() => undefined);
    if (isOwn(name) && found && !found.isDirectory()) await rm(path, { force: true });
  }
};

/** Removes the directory where nothing is left in it. @returns what is left in it; `undefined` when it is gone */
export const removeEmpty = async (directory: string): Promise<string[] | undefined> => {
  try {
    await rmdir(directory);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return readdir(directory);
  }
};

/** Removes what the agent has put into its state directory, and leaves the directory. */
export const removeOwnFiles = async (stateDir: string): Promise<void> => {
  if (!(await isDirectory(stateDir))) return;
  await removeNamed(join(stateDir, COMMANDS), (name) => COMMAND.test(name));
  await removeEmpty(join(stateDir, COMMANDS)).catch(() => undefined);
  await removeNamed(stateDir, isOwnFile);
};
