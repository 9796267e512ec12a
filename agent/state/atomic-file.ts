/** Writes a file so that, whatever is killed or unplugged when, it afterwards holds the old text or the new one, whole. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { saving } from './not-saved.ts';

/** What it needs of the file system; a test lets each call fail in turn. */
export type FileSystem = {
  open(path: string, flags: number, mode?: number): Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
};

const RENAME_ATTEMPTS = 10;

/** On Windows a virus scanner that has the file open makes a rename fail for a moment. */
const renameOverScanners = async (from: string, to: string): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (process.platform !== 'win32' || attempt === RENAME_ATTEMPTS) throw error;
      await delay(50 * attempt);
    }
  }
};

export const nodeFileSystem: FileSystem = {
  open,
  rename: renameOverScanners,
  remove: (path) => rm(path, { force: true }),
};

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_RDONLY } = constants;
/** Windows has no such flag; its links are looked for beforehand. */
export const NO_FOLLOW: number = constants.O_NOFOLLOW ?? 0;

const written = async (fs: FileSystem, path: string, flags: number, text?: string): Promise<void> => {
  const file = await fs.open(path, flags, 0o600);
  try {
    if (text !== undefined) await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** Makes the names in a directory durable. Windows cannot open one, and journals its renames itself. */
const syncDirectory = async (fs: FileSystem, path: string): Promise<void> => {
  if (process.platform !== 'win32') await written(fs, path, O_RDONLY);
};

const TEMPORARY = /\.[0-9a-f-]{36}\.tmp$/;

/** A name beside the file that nobody can guess, and so nobody has made before. */
export const temporaryName = (path: string): string => `${path}.${randomUUID()}.tmp`;

/**
 * When it resolves, the text is on the disk; when it rejects, the file is as it was, or already new.
 * @throws NotSaved
 */
export const writeFileAtomically = (path: string, text: string, fs = nodeFileSystem): Promise<void> =>
  saving(path, async () => {
    const temporary = temporaryName(path);
    try {
      await written(fs, temporary, O_WRONLY | O_CREAT | O_EXCL | NO_FOLLOW, text);
      await fs.rename(temporary, path);
    } catch (error) {
      await fs.remove(temporary).catch(() => undefined);
      throw error;
    }
    await syncDirectory(fs, dirname(path));
  });

/** Adds text to the end of a file; when it resolves, that is on the disk. @throws NotSaved */
export const appendDurably = (path: string, text: string, fs = nodeFileSystem): Promise<void> =>
  saving(path, async () => {
    await written(fs, path, O_WRONLY | O_APPEND | O_CREAT | NO_FOLLOW, text);
    await syncDirectory(fs, dirname(path));
  });

/** A write takes no longer than this. */
const LEFT_BEHIND_MS = 3_600_000;

/** Takes away what processes that were killed amid a write have left in a directory. Never throws. */
export const removeLeftBehind = async (directory: string, now: number): Promise<void> => {
  for (const name of await readdir(directory).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue;
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true }).catch(() => undefined);
  }
};
