/** Removes what the agent has made, and nothing else: its own log, and a directory only when nothing is left in it. */
import { lstat, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeEmpty } from '../state/own-files.ts';
import { folderOf } from './record.ts';

const LONGEST_START = 64 * 1024;

/** What the agent logs: one line of JSON each. */
const isOwnLine = (line: string): boolean => {
  try {
    const { at, level, message } = JSON.parse(line) as Record<string, unknown>;
    return [at, level, message].every((member) => typeof member === 'string');
  } catch {
    return false;
  }
};

const isOwnLog = async (path: string): Promise<boolean> => {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(LONGEST_START), 0, LONGEST_START, 0);
    const start = buffer.toString('utf8', 0, bytesRead);
    return start === '' || isOwnLine(start.split('\n')[0] ?? '');
  } finally {
    await file.close();
  }
};

/** @returns the files of such a name that are not the agent's log, and so are left */
export const removeLog = async (logFile: string): Promise<string[]> => {
  const folder = folderOf(logFile);
  const name = logFile.slice(folder.length).replace(/^[/\\]/, '');
  const left: string[] = [];
  for (const found of await readdir(folder).catch(() => [])) {
    if (found !== name && !(found.startsWith(`${name}.`) && /^\d{1,3}$/.test(found.slice(name.length + 1)))) continue;
    const path = join(folder, found);
    if ((await lstat(path)).isFile() && (await isOwnLog(path))) await rm(path, { force: true });
    else left.push(path);
  }
  return left;
};

/** @returns what is left in it, since the agent has not made it */
export const removeDirectory = async (path: string): Promise<string[]> => {
  // A link is not what was made.
  if ((await lstat(path).catch(() => undefined))?.isSymbolicLink()) return [path];
  return ((await removeEmpty(path)) ?? []).map((name) => join(path, name));
};
