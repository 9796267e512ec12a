/**
 * `history.jsonl`: each restart that was begun and each task that ended or was put off, one line each, on the disk before the
 * agent acts. It is a file of its own, only ever added to, so that nothing that happens to the other files lets a task
 * restart twice, or a PC more often than its budget allows.
 */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { appendDurably, writeFileAtomically } from './atomic-file.ts';
import { type HistoryEntry, parseHistory } from './history-lines.ts';
import { damaged, readText } from './json-file.ts';

export type { HistoryEntry } from './history-lines.ts';

export type History = {
  /** What is on record about a task, oldest first. */
  of(taskId: string): readonly HistoryEntry[];
  /** Everything, oldest first. */
  all(): readonly HistoryEntry[];
  add(entry: HistoryEntry): Promise<void>;
};

const KEPT = 500;

/**
 * Opens the history. A damaged one goes on with what can be read; that something is missing is put on record, and counts
 * against the budget, so that damage never allows more. A copy of what it was is kept.
 * @param warn is told of damage
 * @throws Refusal when it cannot be read or written at all: then nothing is restarted
 */
export const openHistory = async (
  stateDir: string,
  now: number,
  warn: (problem: string) => void = () => undefined,
): Promise<History> => {
  const path = join(stateDir, 'history.jsonl');
  const text = await readText(path);
  const { entries, lost, torn: isTorn } = parseHistory(text ?? '');
  // Written whole when it is made, so that an empty file is not one that was just made.
  const isDamaged = text !== undefined && lost > 0;
  if (text === undefined) entries.push({ event: 'opened', taskId: '', at: now });
  if (isDamaged) {
    const remedy = 'What can be read counts, and what cannot counts as restarts of the last 24 hours.';
    warn((await damaged(path, text, 'not every line is an entry', remedy)).message);
    entries.push({ event: 'damaged', taskId: '', at: now, restarts: lost });
  }
  if (entries.length > 2 * KEPT) entries.splice(0, entries.length - KEPT);
  const lines = (): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const changed = text === undefined || isDamaged || entries.length === KEPT;
  if (changed) await writeFileAtomically(path, lines());
  let bytes = changed ? Buffer.byteLength(lines()) : Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1));
  let torn = !changed && isTorn;

  return {
    of: (taskId) => entries.filter((known) => known.taskId === taskId),
    all: () => entries,
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
