/** A log in a file that is rotated by its size: `agent.log`, then `agent.log.1` and so on, the oldest thrown away. */
import { closeSync, constants, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { NO_FOLLOW } from './state/atomic-file.ts';

export type LogFileOptions = {
  maxBytes: number;
  /** How many old ones are kept beside the one that is written. */
  keep: number;
  /** Gets what cannot be written to the file. */
  otherwise: (line: string) => void;
};

/** A link that another account has laid there is not followed. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW;

const append = (path: string, text: string): void => {
  const file = openSync(path, APPEND, 0o600);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** @returns writes a line; at once, so that a process that ends loses none. Never throws: a full disk must not stop a restart. */
export const rotatingFile = (path: string, { maxBytes, keep, otherwise }: LogFileOptions): ((line: string) => void) => {
  const rotate = (): void => {
    if (keep === 0) {
      rmSync(path, { force: true });
      return;
    }
    for (let n = keep - 1; n >= 1; n--) {
      if (statSync(`${path}.${n}`, { throwIfNoEntry: false })) renameSync(`${path}.${n}`, `${path}.${n + 1}`);
    }
    renameSync(path, `${path}.1`);
  };

  let size: number | undefined;
  /** A full disk may have taken the start of a line. */
  let torn = false;
  return (line) => {
    try {
      if (size === undefined) {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        size = sizeOf(path);
      }
      const bytes = Buffer.byteLength(line);
      if (size > 0 && size + bytes > maxBytes) {
        rotate();
        size = 0;
      }
      // Opened for each line: on Windows a file that is open cannot be renamed, and there are few lines.
      append(path, torn ? `\n${line}` : line);
      torn = false;
      size += bytes;
    } catch {
      torn = size !== undefined;
      size = undefined;
      otherwise(line);
    }
  };
};
