/** `installed.json`, in the state directory: what installing has made, so that purging removes that and nothing else. */
import { stat } from 'node:fs/promises';
import { join, posix, win32 } from 'node:path';
import { type JsonFile, jsonFile } from '../state/json-file.ts';
import { object, type Parse, string } from '../state/shape.ts';

const list: Parse<readonly string[]> = (value) => {
  if (!Array.isArray(value)) throw new TypeError('expected a list');
  return value.map(string);
};

const parse = object({
  /** Those that were not there before, outermost first. */
  directories: list,
  logFiles: list,
});

export type InstallRecord = ReturnType<typeof parse>;

export const NOTHING_MADE: InstallRecord = { directories: [], logFiles: [] };

export const recordFile = (stateDir: string): JsonFile<InstallRecord> =>
  jsonFile(join(stateDir, 'installed.json'), parse, 'Move it away; then purging leaves the directories that it names.');

const together = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])];

export const added = (record: InstallRecord, more: Partial<InstallRecord>): InstallRecord => ({
  directories: together(record.directories, more.directories ?? []),
  logFiles: together(record.logFiles, more.logFiles ?? []),
});

/** @param path of either kind of system, whichever this one is */
export const folderOf = (path: string): string => (path.includes('\\') ? win32 : posix).dirname(path);

/** The directory and those above it that are not there yet, outermost first: what making it would make. */
export const missingDirectories = async (path: string): Promise<string[]> => {
  const missing: string[] = [];
  for (let at = path; !(await stat(at).catch(() => undefined)) && folderOf(at) !== at; at = folderOf(at)) {
    missing.unshift(at);
  }
  return missing;
};
