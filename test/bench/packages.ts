/** What is in each bundle, by package. */
import { markdownTable } from '../support/markdown.ts';
import { type Bundle, packageOf, readBundles } from './metafile.ts';

/** Packages that have at least so many bytes in one of the bundles; the others are summed up. */
const SHOWN_FROM = 5_000;

const kb = (bytes: number): string => (bytes / 1000).toFixed(1);

/** Bytes by package; what is ours is under `ours`. */
const byPackage = ({ files }: Bundle): Map<string, number> => {
  const sizes = new Map<string, number>();
  for (const [file, bytes] of files) {
    const name = packageOf(file) ?? 'ours';
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  return sizes;
};

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** A row for each bundle, a column for each package of some size, in KB; the widest first. */
export const packageTable = (): string => {
  const bundles = readBundles().map((bundle) => ({ ...bundle, sizes: byPackage(bundle) }));
  const names = [...new Set(bundles.flatMap(({ sizes }) => [...sizes.keys()]))];
  const most = (name: string): number => Math.max(...bundles.map(({ sizes }) => sizes.get(name) ?? 0));
  const shown = names.filter((name) => name !== 'ours' && most(name) >= SHOWN_FROM).sort((a, b) => most(b) - most(a));
  const columns = ['ours', ...shown];
  const rows = bundles.map(({ name, bytes, sizes }) => {
    const known = columns.map((column) => sizes.get(column) ?? 0);
    // What esbuild adds itself, such as how modules are joined, is of no file.
    const rest = bytes - sum(known);
    return [name, kb(bytes), ...[...known, rest].map((size) => (size === 0 ? '' : kb(size)))];
  });
  return markdownTable(['bundle, KB', 'all', ...columns, 'rest'], rows);
};
