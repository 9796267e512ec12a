/** What a run of the integration tests says of the functions' roles: what each may do and never did, and what it was denied. */
import type { AccessNames } from '../integration/support/access-reports.ts';
import type { Explanation } from './explained.ts';

export type Findings = {
  /** Granted, never used, and nobody wrote down why: take it away, or test what needs it. */
  readonly surplus: readonly string[];
  /** Explained, and not granted any more, or used where none should be: take the explanation away. */
  readonly stale: readonly string[];
  /** Refusals of a function's calls: a grant is missing. */
  readonly denied: readonly string[];
};

/** Compares what stacks saw with what is explained. */
export const findingsOf = (
  { granted, used, denied }: AccessNames,
  explained: Readonly<Record<string, Explanation>>,
): Findings => {
  const wasUsed = new Set(used);
  const unused = granted.filter((grant) => !wasUsed.has(grant));
  return {
    surplus: unused.filter((grant) => !(grant in explained)),
    stale: Object.entries(explained).flatMap(([grant, { used }]) =>
      (used === 'never' ? unused : granted).includes(grant) ? [] : [grant],
    ),
    denied,
  };
};

const listed = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];

/** The report in words, and how many things are wrong. A run that saw no role proves nothing, and is wrong too. */
export const report = (
  names: AccessNames,
  explained: Readonly<Record<string, Explanation>>,
): { text: string; faults: number } => {
  const { granted } = names;
  const roles = new Set(granted.map((grant) => grant.split(' ')[0]));
  const { surplus, stale, denied } = findingsOf(names, explained);
  const wasUsed = new Set(names.used);
  const unused = Object.entries(explained).filter(([grant]) => !stale.includes(grant) && !wasUsed.has(grant));
  const nothing = granted.length === 0 ? ['No stack reported what its roles grant.'] : [];
  const lines = [
    `${granted.length} grants of ${roles.size} roles; ${surplus.length + unused.length} never used.`,
    ...listed(
      'Never used, and explained:',
      unused.map(([grant, { why }]) => `${grant}: ${why}`),
    ),
    ...listed('Never used: take it away, test what needs it, or explain it in test/grants/explained.ts:', surplus),
    ...listed('Explained, but used or not granted any more:', stale),
    ...listed('Denied, as AWS would:', denied),
    ...nothing,
  ];
  return { text: lines.join('\n'), faults: surplus.length + stale.length + denied.length + nothing.length };
};
