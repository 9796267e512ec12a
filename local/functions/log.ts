/** A function's log file in DATA_DIR/logs: what it wrote to stdout and stderr, kept within bounds. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A full file becomes `<name>.log.1`, in place of the one before it. */
const MAXIMUM_BYTES = 5 * 1024 * 1024;

export type FunctionLog = { write(chunk: Buffer | string): void };

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Opens the log of the function `name`. `echo`: copy every chunk to stderr. */
export const openLog = (dataDir: string, name: string, echo: boolean): FunctionLog => {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.log`);
  let size = sizeOf(path);
  return {
    write: (chunk) => {
      if (echo) process.stderr.write(`[${name}] ${chunk}`);
      try {
        if (size > MAXIMUM_BYTES) {
          renameSync(path, `${path}.1`);
          size = 0;
        }
        appendFileSync(path, chunk);
        size += chunk.length;
      } catch {
        // The disk is full, or the folder gone. A line that is not kept is no reason for a stack to end.
      }
    },
  };
};
