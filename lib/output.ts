/** Standard output and standard error, whose reader may be gone at any time: `status | head -1` ends well. */
import { reasonOf } from './reason.ts';

/** The reader is gone: a pipe that was closed, a terminal that was hung up. What is written then goes nowhere. */
const isReaderGone = (error: NodeJS.ErrnoException): boolean =>
  ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '');

type Outputs = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exitCode'>;

const guarded = new WeakSet<Outputs>();

/**
 * Keeps a process alive whose output nobody reads any more: what it does matters, not only what it says. An answer that
 * could not be written for another reason, such as a full disk, is told on standard error and makes the exit code 1.
 */
export const outliveReaders = (process: Outputs): void => {
  if (guarded.has(process)) return;
  guarded.add(process);
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isReaderGone(error)) return;
    process.stderr.write(`The output cannot be written: ${reasonOf(error)}\n`);
    process.exitCode = 1;
  });
};
