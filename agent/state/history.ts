/**
 * `history.jsonl`: each restart that was begun and each task that ended or was put off, one line each, on the disk before the
 * agent acts. It is a file of its own, only ever added to, so that nothing that happens to the other files lets a task
 * restart twice, or a PC more often than its budget allows. What allows nothing may wait in memory for room on the disk.
 */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { appendDurably, writeFileAtomically } from './atomic-file.ts';
import { type HistoryEntry, parseHistory } from './history-lines.ts';
import { damaged, readText } from './json-file.ts';
import { type NotSaved, saving, unlessSaved } from './not-saved.ts';

export type { HistoryEntry } from './history-lines.ts';

export type History = {
  /** What is on record about a task, oldest first. */
  of(taskId: string): readonly HistoryEntry[];
  /** Everything, oldest first. */
  all(): readonly HistoryEntry[];
  /** When it resolves, the entry is on the disk. @throws NotSaved; in memory it counts all the same */
  add(entry: HistoryEntry): Promise<void>;
  /** For what does not lead to a restart: where the disk does not take it, it waits in memory. */
  note(entry: HistoryEntry): Promise<void>;
  /** Saves what waits. */
  settle(): Promise<void>;
};

export type HistoryOptions = {
  now: number;
  /** Is told of damage. */
  warn?: (problem: string) => void;
  /** Is told of what is kept in memory alone. */
  unsaved?: (problem: NotSaved) => void;
  /** Is called before each write; what it throws is thrown. */
  beforeWrite?: () => Promise<void>;
};

const KEPT = 500;
const lineOf = (entry: HistoryEntry): string => `${JSON.stringify(entry)}\n`;

/**
 * Opens the history. A damaged one goes on with what can be read; that something is missing is put on record, and counts
 * against the budget, so that damage never allows more. A copy of what it was is kept.
 * @throws Refusal when it cannot be read at all: then nothing is restarted
 */
export const openHistory = async (
  stateDir: string,
  { now, warn = () => undefined, unsaved = () => undefined, beforeWrite = async () => undefined }: HistoryOptions,
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

  /** The file has to be written anew, as a whole. */
  let whole = text === undefined || isDamaged || entries.length === KEPT;
  let waiting: HistoryEntry[] = [];
  let bytes = Buffer.byteLength((text ?? '').slice(0, (text ?? '').lastIndexOf('\n') + 1));
  let torn = isTorn;

  const save = async (): Promise<void> => {
    if (!whole && waiting.length === 0) return;
    await beforeWrite();
    const added = (whole ? entries : waiting).map(lineOf).join('');
    if (whole) {
      await writeFileAtomically(path, added);
      bytes = 0;
    } else {
      if (torn) await saving(path, () => truncate(path, bytes));
      torn = true;
      await appendDurably(path, added);
    }
    whole = false;
    torn = false;
    waiting = [];
    bytes += Buffer.byteLength(added);
  };
  const later = unlessSaved(unsaved);

  const add = (entry: HistoryEntry): Promise<void> => {
    // In memory first: should the write fail halfway, the agent must take it as done.
    entries.push(entry);
    waiting.push(entry);
    return save();
  };
  await save().catch(later);
  return {
    of: (taskId) => entries.filter((known) => known.taskId === taskId),
    all: () => entries,
    add,
    note: (entry) => add(entry).catch(later),
    settle: () => save().catch(later),
  };
};
