/** Which of those that wait have come since they were looked at last. */

/** @param known the ids of the last time; before the first, nothing is new */
export const newOnes = <T extends { id: string }>(items: readonly T[], known: ReadonlySet<string> | undefined): T[] =>
  known === undefined ? [] : items.filter(({ id }) => !known.has(id));
