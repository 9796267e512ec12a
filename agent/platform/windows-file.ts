/** Windows: whether a file can only have been written by the system or an administrator. */
import { lstat } from 'node:fs/promises';
import { win32 } from 'node:path';
import type { NativeHost } from './native-host.ts';

type Look = (path: string) => Promise<{ isSymbolicLink(): boolean }>;

/** Junctions are links to Node too. */
const linkAbove = async (path: string, look: Look): Promise<string | undefined> => {
  for (let at = path; win32.dirname(at) !== at; at = win32.dirname(at)) {
    if ((await look(at)).isSymbolicLink()) return `${at} is a link`;
  }
  return undefined;
};

export const windowsFiles = (host: Pick<NativeHost, 'directory'>, look: Look = lstat) => ({
  distrustFile: async (path: string): Promise<string | undefined> => {
    const link = await linkAbove(path, look);
    if (link !== undefined) return link;
    // Further up, everybody may make folders, and nobody may replace one of another's.
    for (const at of [win32.dirname(path), path]) {
      const found = await host.directory(at);
      if (found.isLink) return `${at} is a link`;
      if (!found.trustedOwner) {
        return `${at} belongs to the account ${found.owner ?? '(unknown)'}, and neither to the system nor to the administrators`;
      }
      if (found.othersCanWrite) return `Others than the system and the administrators can change ${at}`;
      if (at === path && found.isDirectory) return `${at} is not a file`;
    }
    return undefined;
  },
});
