/**
 * Grants that no integration test is sure to use, and why each is needed all the same: `<function> <action> <resource>` as
 * the report prints it. An entry that is no longer granted fails the run, as a missing one does.
 */
export type Explanation = {
  /** `never`: an entry that is used after all fails the run. `in a race`: only when two writers meet, so either is right. */
  readonly used: 'never' | 'in a race';
  readonly why: string;
};

export const EXPLAINED: Readonly<Record<string, Explanation>> = {
  'events-jobs dynamodb:GetItem table/TablesrestartsTable': {
    used: 'in a race',
    why: 'A task that somebody else changed while a stopped job cancels it is read again (test/unit/restarts/close.test.ts).',
  },
};
