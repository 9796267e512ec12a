/** Asks an installed RustDesk for its id. */
import { rustDeskId } from '../../lib/api/rustdesk.ts';
import type { RunCommand } from './command.ts';

/** @param programs where RustDesk may be, in order */
export const rustdeskId = async (run: RunCommand, programs: readonly string[]): Promise<string | undefined> => {
  for (const program of programs) {
    const answer = await run(program, ['--get-id'], { timeoutMs: 5_000 }).catch(() => '');
    // What it warns of stands before it.
    const id = answer.trim().split(/\s*\n/).at(-1) ?? '';
    // One that the server would not take is left out, or nobody here could ask for help.
    if (rustDeskId().safeParse(id).success) return id;
  }
  return undefined;
};
