/**
 * Linux and macOS: whether another account could have laid what lies in a directory, or can change it. The credential lies in it,
 * and the agent reads and writes there as root; so it and the whole way to it must be root's, or of the account that the agent runs as.
 */
import { chmod, lstat, mkdir, readdir, readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { isShared } from '../state/own-files.ts';

type Found = { readonly uid: number; readonly mode: number; isSymbolicLink(): boolean; isDirectory(): boolean };

/** What it needs of the file system; a test has other accounts without being root. */
export type DirectoryFileSystem = {
  lstat(path: string): Promise<Found>;
  readlink(path: string): Promise<string>;
  readdir(path: string): Promise<string[]>;
  chmod(path: string, mode: number): Promise<void>;
};

const OTHERS_WRITE = 0o002;
const GROUP_WRITE = 0o020;
/** In such a directory each account can move and remove its own files alone. */
const STICKY = 0o1000;
const MOST_LINKS = 40;
const PROVISION = 'provision.json';

const isOneOf = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

const account = (uid: number): string => (uid === 0 ? 'root' : `the account ${uid}`);

/** @param uid the account that the agent runs as */
export const posixDirectories = (uid: number, fs: DirectoryFileSystem = { lstat, readlink, readdir, chmod }) => {
  const isTrusted = (found: Found): boolean => found.uid === 0 || found.uid === uid;
  // An ordinary account may share its own folders with its group as it likes.
  const dangerous = uid === 0 ? OTHERS_WRITE | GROUP_WRITE : OTHERS_WRITE;
  const canBeChanged = ({ mode }: Found): boolean => (mode & dangerous) !== 0 && (mode & STICKY) === 0;

  /** What is wrong on the way to it, and with whose it is. @throws ENOENT, EACCES */
  const onTheWay = async (path: string, links = 0): Promise<string | undefined> => {
    const names = path.split('/').filter((name) => name !== '');
    for (const [index] of names.entries()) {
      const at = `/${names.slice(0, index + 1).join('/')}`;
      const rest = names.slice(index + 1);
      const found = await fs.lstat(at);
      if (!isTrusted(found)) return `${at} belongs to ${account(found.uid)}, and not to ${account(uid)}`;
      if (found.isSymbolicLink()) {
        if (rest.length === 0) return `${at} is a link`;
        if (links === MOST_LINKS) return `${at} leads in a circle`;
        return onTheWay(posix.resolve(posix.dirname(at), await fs.readlink(at), ...rest), links + 1);
      }
      if (rest.length === 0) return found.isDirectory() ? undefined : `${at} is not a directory`;
      if (canBeChanged(found)) return `Other accounts can change ${at}, in which it lies`;
    }
    return undefined;
  };

  /** Others may have laid something there before it was closed to them. */
  const inside = async (path: string): Promise<string | undefined> => {
    for (const name of await fs.readdir(path)) {
      const at = posix.join(path, name);
      // It may be gone by now.
      const found = await fs.lstat(at).catch(() => undefined);
      if (found?.isSymbolicLink()) return `${at} is a link`;
      if (found && !isTrusted(found)) return `${at} belongs to ${account(found.uid)}`;
    }
    return undefined;
  };

  const close = async (path: string): Promise<string | undefined> => {
    const { uid: owner, mode } = await fs.lstat(path);
    if ((mode & 0o077) === 0) return undefined;
    const names = await fs.readdir(path);
    const isOthersToo = (mode & STICKY) !== 0 || isShared(names);
    // Closed now, it would be believed though others could write it before.
    const isTooLate = (mode & dangerous) !== 0 && names.includes(PROVISION);
    // Another one's, or on a disk that is read-only.
    const closed =
      owner === uid &&
      !isOthersToo &&
      !isTooLate &&
      (await fs.chmod(path, 0o700).then(
        () => true,
        () => false,
      ));
    return closed || (mode & dangerous) === 0 ? undefined : `Other accounts can change ${path}`;
  };

  return {
    makeDirectory: async (path: string): Promise<boolean> =>
      (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined,
    ownerOf: async (path: string): Promise<string | undefined> => {
      const found = await fs.lstat(path).catch(() => undefined);
      return found?.isDirectory() ? String(found.uid) : undefined;
    },
    distrust: async (path: string): Promise<string | undefined> => {
      try {
        return (await onTheWay(posix.resolve(path))) ?? (await close(path)) ?? (await inside(path));
      } catch (error) {
        // What is not there, or closed to this account, nothing is read from.
        if (isOneOf(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return undefined;
        throw error;
      }
    },
  };
};
