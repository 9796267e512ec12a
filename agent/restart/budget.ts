/**
 * How often a PC may be restarted in a day, from its own history. By the server's clock alone: when a restart was begun is
 * kept as the server's time, told with the acknowledgement and counted on by the clock that does not jump. So a clock that
 * is set, to and fro, neither forgets a restart nor makes one up.
 */
import type { HistoryEntry } from '../state/history.ts';

export const MAX_RESTARTS_PER_DAY = 3;
const DAY_MS = 24 * 3_600_000;

export type BudgetError = { code: 'restart_budget_exceeded'; message: string };

/** Damage that has no time yet counts; its day begins when the server's time is next known. */
export const hasUndatedDamage = (entries: readonly HistoryEntry[]): boolean =>
  entries.findLastIndex(({ event }) => event === 'damaged') > entries.findLastIndex(({ event }) => event === 'dated');

const count = (entries: readonly HistoryEntry[], since: number, dryRun: boolean) => {
  let begun = 0;
  let lost = 0;
  let undated = 0;
  for (const entry of entries) {
    if (entry.event === 'damaged') undated += entry.restarts;
    if (entry.event === 'dated') {
      if (entry.serverAt > since) lost += undated;
      undated = 0;
    }
    // What is pretended wears nobody out, and does not stand for a real one. An entry of an earlier version has its own time only.
    const counts = entry.event === 'restarting' && (entry.dryRun ?? false) === dryRun;
    if (counts && (entry.serverAt ?? entry.at) > since) begun++;
  }
  return { begun, lost: lost + undated };
};

/** @returns why a restart now would be one too many */
export const overBudget = (
  entries: readonly HistoryEntry[],
  serverNow: number,
  maximum: number,
  dryRun: boolean,
): BudgetError | undefined => {
  const { begun, lost } = count(entries, serverNow - DAY_MS, dryRun);
  if (begun + lost < maximum) return undefined;
  const code = 'restart_budget_exceeded';
  const allowed = `${maximum} ${maximum === 1 ? 'is' : 'are'} allowed`;
  if (lost === 0) return { code, message: `This PC was restarted ${begun} times within 24 hours, and ${allowed}.` };
  const known = `${begun} restarts within 24 hours are known, ${allowed}`;
  return { code, message: `The PC's history of restarts was damaged and may hide some: ${known}.` };
};
