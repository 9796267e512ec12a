/**
 * `history.jsonl`: each restart that was begun and each task that ended, one line each, on the disk before the agent acts.
 * It is a file of its own, only ever added to, so that nothing that happens to the other files lets a task restart twice.
 */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { appendDurably, writeFileAtomically } from './atomic-file.ts';
import { damaged, readText } from './json-file.ts';
import { number, object, oneOf, optional, string, variant } from './shape.ts';

const entry = { taskId: string, at: number };

const parseEntry = variant('event', {
  restarting: { ...entry, bootId: string },
  /** Put off; it comes again, with this many postponements or more. */
  postponed: { ...entry, postponements: number },
  ended: {
    ...entry,
    outcome: oneOf('succeeded', 'failed', 'canceled', 'rejected'),
    error: optional(object({ code: string, message: string })),
  },
});

export type HistoryEntry = ReturnType<typeof parseEntry>;

export type History = {
  /** What is on record about a task, oldest first. */
  of(taskId: string): readonly HistoryEntry[];
  add(entry: HistoryEntry): Promise<void>;
};

const KEPT = 500;
const REMEDY =
  'Nothing is restarted until it is repaired, or moved away by somebody who knows that no restart is under way.';

/**
 * Opens the history. A last line without its end is an append that was cut off: what it was to precede did not happen,
 * so it is taken away. Any other line that cannot be understood could hide a restart, and is refused.
 */
export const openHistory = async (stateDir: string): Promise<History> => {
  const path = join(stateDir, 'history.jsonl');
  const text = (await readText(path)) ?? '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  let entries: HistoryEntry[];
  try {
    entries = lines.map((line) => parseEntry(JSON.parse(line)));
  } catch {
    throw await damaged(path, text, 'a line is not an entry', REMEDY);
  }
  let bytes = Buffer.byteLength(whole);
  let torn = whole !== text;
  if (lines.length > 2 * KEPT) {
    const newest = `${lines.slice(-KEPT).join('\n')}\n`;
    await writeFileAtomically(path, newest);
    bytes = Buffer.byteLength(newest);
    torn = false;
  }

  return {
    of: (taskId) => entries.filter((known) => known.taskId === taskId),
    add: async (added) => {
      // In memory first: should the write fail halfway, the agent must take it as done.
      entries.push(added);
      if (torn) await truncate(path, bytes);
      const line = `${JSON.stringify(added)}\n`;
      torn = true;
      await appendDurably(path, line);
      torn = false;
      bytes += Buffer.byteLength(line);
    },
  };
};
