/** Asks an installed RustDesk for its id. */
import type { RunCommand } from './command.ts';

/** @param programs where RustDesk may be, in order */
export const rustdeskId = async (run: RunCommand, programs: readonly string[]): Promise<string | undefined> => {
  for (const program of programs) {
    const answer = await run(program, ['--get-id'], { timeoutMs: 5_000 }).catch(() => '');
    // What it warns of stands before it.
    const id = answer.trim().split(/\s*\n/).at(-1) ?? '';
    if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return id;
  }
  return undefined;
};
