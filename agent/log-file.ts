/** A log in a file that is rotated by its size: `agent.log`, then `agent.log.1` and so on, the oldest thrown away. */
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export type LogFileOptions = {
  maxBytes: number;
  /** How many old ones are kept beside the one that is written. */
  keep: number;
  /** Gets what cannot be written to the file. */
  otherwise: (line: string) => void;
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
      appendFileSync(path, line, { mode: 0o600 });
      size += bytes;
    } catch {
      size = undefined;
      otherwise(line);
    }
  };
};
