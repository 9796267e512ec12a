/** A process whose output nobody reads any more: it goes on, and what else goes wrong with its output is told. */
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { outliveReaders } from '../../lib/output.ts';

const failing = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

class Output extends EventEmitter {
  written = '';
  write(text: string): boolean {
    this.written += text;
    return true;
  }
}

let process: { stdout: Output; stderr: Output; exitCode: number | undefined };
beforeEach(() => {
  process = { stdout: new Output(), stderr: new Output(), exitCode: undefined };
  outliveReaders(process as never);
});

describe('a process', () => {
  it.each(['EPIPE', 'EIO'])('outlives a reader that is gone (%s)', (code) => {
    process.stdout.emit('error', failing(code));
    process.stderr.emit('error', failing(code));
    expect([process.exitCode, process.stderr.written]).toEqual([undefined, '']);
  });

  it('says on its standard error, and by its exit code, that its answer could not be written', () => {
    process.stdout.emit('error', failing('ENOSPC'));
    expect([process.exitCode, process.stderr.written]).toEqual([1, 'The output cannot be written: write ENOSPC\n']);
  });

  it('is guarded once, however often that is asked for', () => {
    outliveReaders(process as never);
    expect(process.stdout.listenerCount('error')).toBe(1);
  });
});
