/** Writes a file so that, whatever is killed or unplugged when, it afterwards holds the old text or the new one, whole. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What it needs of the file system; a test lets each call fail in turn. */
export type FileSystem = {
  open(path: string, flags: string, mode?: number): Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>;
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

const written = async (fs: FileSystem, path: string, flags: string, text?: string): Promise<void> => {
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
  if (process.platform !== 'win32') await written(fs, path, 'r');
};

/** When it resolves, the text is on the disk; when it rejects, the file is as it was, or already new. */
export const writeFileAtomically = async (path: string, text: string, fs = nodeFileSystem): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await written(fs, temporary, 'w', text);
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.remove(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(fs, dirname(path));
};

/** Adds text to the end of a file; when it resolves, that is on the disk. */
export const appendDurably = async (path: string, text: string, fs = nodeFileSystem): Promise<void> => {
  await written(fs, path, 'a', text);
  await syncDirectory(fs, dirname(path));
};
