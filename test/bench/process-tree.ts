/** A process and all that it started, as Linux tells of them. */
import { readdirSync, readFileSync } from 'node:fs';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
};

/** After the name, which may hold anything, come the state and the parent. */
const parentOf = (pid: number): number => Number(/\) \S (\d+) [^)]*$/.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0);

const processes = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const treeOf = (root: number): number[] => {
  const parents = new Map(processes().map((pid) => [pid, parentOf(pid)]));
  const descends = (pid: number): boolean => pid === root || (pid > 1 && descends(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(descends);
};

/** Resident memory of the tree below `root` in MB, where pages that several processes share count for each of them. */
export const residentMb = (root: number): number =>
  treeOf(root).reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0), 0) /
  1024;
