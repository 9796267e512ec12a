/** The bundles' sizes, and what must not be in them. */
import { statSync } from 'node:fs';
import { bundleFolder, functionFolders } from '../../infra/bundle.ts';
import { atMost, type Figure, ratio } from './figure.ts';
import { limitOf } from './limits.ts';
import { packageOf, readBundles } from './metafile.ts';

const UNWANTED = [
  ['zod locales', /zod\/.*\/locales\//],
  ['@middy/validator', /@middy\/validator|\/ajv\//],
] as const;

/** The place that a file's package lies at, and which of its builds the file is of; a second one is a second copy. */
const copyOf = (file: string): string | undefined => {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\/(?:(dist-[a-z]+)\/)?/.exec(file);
  return match ? `${match[1]} ${match[2] ?? ''}` : undefined;
};

const twiceIn = (files: readonly string[]): string[] => {
  const copies = Map.groupBy(files, packageOf);
  copies.delete(undefined);
  return [...copies].flatMap(([name, own]) => (new Set(own.map(copyOf)).size > 1 ? [name ?? ''] : []));
};

const none = (figure: string, found: readonly string[]): Figure => ({
  figure,
  measured: found.join(', ') || 'none',
  target: 'none',
  verdict: found.length === 0 ? 'ok' : 'MISSED',
});

/** What no bundle may contain, the functions' parts included. */
export const contents = (): Figure[] => {
  const bundles = readBundles().map(({ files }) => [...files.keys()]);
  return [
    ...UNWANTED.map(([name, pattern]) =>
      none(
        `${name} in ${bundles.length} bundles`,
        bundles.flat().filter((file) => pattern.test(file)),
      ),
    ),
    none(`packages twice in one of ${bundles.length} bundles`, bundles.flatMap(twiceIn)),
  ];
};

/** @param baseline the bundle that they are compared with */
export const sizes = (baseline: string): Figure[] => {
  const whole = statSync(baseline).size;
  return functionFolders().map(({ name }) => {
    const size = statSync(`${bundleFolder(name)}/index.js`).size;
    const figure = `size of ${name} (${Math.round(size / 1000)} KB of ${Math.round(whole / 1000)} KB)`;
    return atMost(figure, size / whole, limitOf(name), ratio);
  });
};
