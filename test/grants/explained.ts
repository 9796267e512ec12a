/**
 * Grants that no integration test uses, and why each is needed all the same: `<function> <action> <resource>` as the
 * report prints it. An entry that is used after all, or no longer granted, fails the run as a missing one does.
 */
export const EXPLAINED: Readonly<Record<string, string>> = {};
