/** The lines of `history.jsonl`, and what is lost where they cannot be understood. */
import { boolean, number, object, oneOf, optional, string, variant } from './shape.ts';

/** `at` is the device's own clock; `serverAt` the server's, which nobody at the PC can set. */
const entry = { taskId: string, at: number };

const parseEntry = variant('event', {
  opened: entry,
  restarting: { ...entry, bootId: string, serverAt: optional(number), dryRun: optional(boolean) },
  /** Put off; it comes again, with this many postponements or more. */
  postponed: { ...entry, postponements: number },
  ended: {
    ...entry,
    outcome: oneOf('succeeded', 'failed', 'canceled', 'rejected'),
    error: optional(object({ code: string, message: string })),
  },
  /** The file was damaged, and may have hidden so many restarts until then. */
  damaged: { ...entry, restarts: number },
  /** What time it was at the server, some time after the damage before this line. */
  dated: { ...entry, serverAt: number },
});

export type HistoryEntry = ReturnType<typeof parseEntry>;

/** More than any budget allows: nothing is known of the past. */
const EVERYTHING = 1_000_000;

const START = '{"event":"';

/**
 * A last line without its end is an append that was cut off: what it was to precede did not happen, so it is left out.
 * Any other line that cannot be understood may have been a restart; a file of which nothing can be understood, as one that
 * lost its content with the power, any number of them.
 */
export const parseHistory = (text: string): { entries: HistoryEntry[]; lost: number; torn: boolean } => {
  const lines = text.split('\n');
  const tail = lines.pop() ?? '';
  const isAppend = START.startsWith(tail.slice(0, START.length));
  const entries: HistoryEntry[] = [];
  let lost = isAppend ? 0 : 1;
  for (const line of lines) {
    try {
      entries.push(parseEntry(JSON.parse(line)));
    } catch {
      lost++;
    }
  }
  return { entries, lost: entries.length === 0 ? EVERYTHING : lost, torn: tail !== '' };
};
