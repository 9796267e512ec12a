/**
 * Linux and macOS: whether a file can only have been written by root. Stricter than what is asked of the state directory: what
 * such a file says decides whose device this PC becomes, and there is no other account that it could rightly be of.
 */
import { lstat } from 'node:fs/promises';
import { posix } from 'node:path';

type Found = { readonly uid: number; readonly mode: number; isSymbolicLink(): boolean; isFile(): boolean };

const OTHERS_WRITE = 0o022;
/** In such a directory each account can move and remove its own files alone. */
const STICKY = 0o1000;

/** @param look what it needs of the file system; a test has other accounts without being root */
export const posixFiles = (look: (path: string) => Promise<Found> = lstat) => ({
  distrustFile: async (path: string): Promise<string | undefined> => {
    const names = posix.resolve(path).split('/').slice(1);
    for (const index of names.keys()) {
      const at = `/${names.slice(0, index + 1).join('/')}`;
      const above = names.length - 1 - index;
      const found = await look(at);
      if (found.isSymbolicLink()) return `${at} is a link`;
      if (found.uid !== 0) return `${at} belongs to the account ${found.uid}, and not to root`;
      if (above === 0 && !found.isFile()) return `${at} is not a file`;
      // Further up it is enough that nobody else can put another directory in the place of this one.
      const isClosed = (found.mode & OTHERS_WRITE) === 0 || (above > 1 && (found.mode & STICKY) !== 0);
      if (!isClosed) return `Others than root can change ${at}`;
    }
    return undefined;
  },
});
