/** What esbuild says of the functions' bundles: which files are in each, and how many bytes each takes there. */
import { readFileSync } from 'node:fs';
import { METAFILE } from '../../infra/bundle.ts';

export type Bundle = {
  /** `agent-poll/index.js`. */
  readonly name: string;
  readonly bytes: number;
  /** By path; without a `package.json`, which is there for its version only. */
  readonly files: ReadonlyMap<string, number>;
};

type Metafile = {
  readonly outputs: Record<
    string,
    { readonly bytes: number; readonly inputs: Record<string, { readonly bytesInOutput: number }> }
  >;
};

export const readBundles = (): Bundle[] => {
  const { outputs } = JSON.parse(readFileSync(METAFILE, 'utf8')) as Metafile;
  return Object.entries(outputs).map(([path, { bytes, inputs }]) => ({
    name: path.replace(/^build\/functions\//, ''),
    bytes,
    files: new Map(
      Object.entries(inputs)
        .map(([file, { bytesInOutput }]) => [file, bytesInOutput] as const)
        .filter(([file, size]) => size > 0 && !file.endsWith('package.json')),
    ),
  }));
};

/** `node_modules/a/node_modules/@b/c/dist-es/x.js` is of `@b/c`; `undefined` for a file of ours. */
export const packageOf = (file: string): string | undefined =>
  /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
