/** The bundles' sizes, and what must not be in them. */
import { readFileSync, statSync } from 'node:fs';
import { bundleFolder, functionFolders, METAFILE } from '../../infra/bundle.ts';
import { atMost, type Figure, ratio } from './figure.ts';
import { limitOf } from './limits.ts';

type Metafile = { readonly outputs: Record<string, { readonly inputs: Record<string, { bytesInOutput: number }> }> };

const UNWANTED = [
  ['zod locales', /zod\/.*\/locales\//],
  ['@middy/validator', /@middy\/validator|\/ajv\//],
] as const;

/** The place that a file's package lies at, and which of its builds the file is of; a second one is a second copy. */
const copyOf = (file: string): { name: string; copy: string } | undefined => {
  const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\/(?:(dist-[a-z]+)\/)?/.exec(file);
  return match ? { name: match[2] ?? '', copy: `${match[1]} ${match[3] ?? ''}` } : undefined;
};

const twiceIn = (files: readonly string[]): string[] => {
  const copies = new Map<string, Set<string>>();
  for (const found of files.map(copyOf)) {
    if (found) copies.set(found.name, (copies.get(found.name) ?? new Set()).add(found.copy));
  }
  return [...copies].filter(([, places]) => places.size > 1).map(([name]) => name);
};

const none = (figure: string, found: readonly string[]): Figure => ({
  figure,
  measured: found.join(', ') || 'none',
  target: 'none',
  verdict: found.length === 0 ? 'ok' : 'MISSED',
});

/** What no bundle may contain, the functions' parts included. */
export const contents = (): Figure[] => {
  const { outputs } = JSON.parse(readFileSync(METAFILE, 'utf8')) as Metafile;
  const bundles = Object.values(outputs).map(({ inputs }) =>
    // A package.json is there for its version only.
    Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0 && !file.endsWith('package.json')),
  );
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
