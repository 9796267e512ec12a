/**
 * Windows: whether another account could have laid what lies in a directory, or can change it. Below `%ProgramData%` every
 * account may make folders, so the one in which the credential is to lie may have been made beforehand.
 */
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { win32 } from 'node:path';
import { isShared } from '../state/own-files.ts';
import type { NativeHost } from './native-host.ts';

export type WindowsDirectoryPorts = {
  host: Pick<NativeHost, 'directory' | 'makeDirectory'>;
  icacls: (args: readonly string[]) => Promise<string>;
  /** What Node knows of the file system; a test has its own. */
  fs?: {
    readdir(path: string): Promise<string[]>;
    lstat(path: string): Promise<{ isSymbolicLink(): boolean }>;
    mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  };
};

/** Named by their ids, since names are translated: the system, the administrators, and whoever owns a file. */
const ALLOWED = ['*S-1-5-18', '*S-1-5-32-544', '*S-1-3-4'].flatMap((sid) => ['/grant:r', `${sid}:(OI)(CI)F`]);

export const windowsDirectories = ({ host, icacls, fs = { readdir, lstat, mkdir } }: WindowsDirectoryPorts) => {
  const isOpen = ({ othersCanWrite, othersCanRead }: Awaited<ReturnType<NativeHost['directory']>>): boolean =>
    othersCanWrite || othersCanRead;

  const distrustOf = async (path: string, names: readonly string[]): Promise<string | undefined> => {
    const found = await host.directory(path);
    if (!found.exists) return undefined;
    if (found.isLink) return `${path} is a link`;
    if (!found.isDirectory) return `${path} is not a directory`;
    if (!found.trustedOwner) {
      return `${path} belongs to the account ${found.owner ?? '(unknown)'}, and neither to the system nor to the administrators`;
    }
    if (isOpen(found)) {
      // Of one that others use too nobody is shut out, and what others could write is not closed and then believed.
      const isTheirs = isShared(names) || (found.othersCanWrite && names.includes('provision.json'));
      if (isTheirs) return `Other accounts can read or change ${path}, in which more than the agent's own files lie`;
      // A list of its own, in place of what it has from the folder above.
      await icacls([path, '/inheritance:r', ...ALLOWED]).catch(() => undefined);
      if (isOpen(await host.directory(path))) return `Other accounts can read or change ${path}`;
    }
    return undefined;
  };

  return {
    makeDirectory: async (path: string): Promise<boolean> => {
      await fs.mkdir(win32.dirname(path), { recursive: true });
      return host.makeDirectory(path);
    },
    ownerOf: async (path: string): Promise<string | undefined> => {
      const found = await host.directory(path);
      return found.exists && found.isDirectory && !found.isLink ? found.owner : undefined;
    },
    distrust: async (path: string): Promise<string | undefined> => {
      let names: string[];
      try {
        names = await fs.readdir(path);
      } catch (error) {
        // What is closed to this account, nothing is read from. A file, and what is not there, the host tells.
        if (['EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
        names = [];
      }
      const why = await distrustOf(path, names);
      if (why !== undefined) return why;
      for (const name of names) {
        const at = win32.join(path, name);
        const link = await fs.lstat(at).then(
          (found) => found.isSymbolicLink(),
          () => false,
        );
        if (link) return `${at} is a link`;
      }
      return undefined;
    },
  };
};
