/**
 * Bundles every function with one esbuild call. To CommonJS, because an ESM bundle loads `node:http` slower on Node 22
 * and 24; with the SDK inside, because loading Lambda's own copy takes twice as long. The same sources give the same
 * bytes, so an asset's hash changes only when its function does.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

export const ROOT = join(import.meta.dirname, '..');
const OUTPUT = 'build/functions';
const OUTPUT_WITH_FILES = 'build/functions-with-files';

/** How everything that runs on Lambda is bundled; the bench bundles what it compares with in the same way. */
export const FLAGS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
} satisfies BuildOptions;

/**
 * Parts of the SDK that a function never uses and every cold start would load, each with what stands in its place; what
 * that costs and why it is safe is said there.
 */
const LEFT_OUT = {
  '@aws-sdk/credential-provider-node': './lib/aws/credentials.ts',
  '@aws-sdk/endpoint-cache': './lib/aws/left-out/endpoint-cache.ts',
  '@smithy/core/event-streams': './lib/aws/left-out/event-streams.ts',
  'node:fs/promises': './lib/aws/left-out/files.ts',
};

/** The bundle's metafile, from which the bench and the tests learn what is in each bundle. */
export const METAFILE = join(ROOT, OUTPUT, 'meta.json');

/** The folder of a function's bundle, which is its Lambda asset. */
export const bundleFolder = (name: string): string => join(ROOT, OUTPUT, name);

/**
 * The folder of a function's bundle with further files beside it. Another stage's files, and another process's, lie in
 * another folder.
 */
export const bundleFolderWith = (name: string, files: Readonly<Record<string, string>> = {}): string => {
  if (Object.keys(files).length === 0) return bundleFolder(name);
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const folder = join(ROOT, OUTPUT_WITH_FILES, digest, name);
  for (const path of globSync('**/*.{js,json}', { cwd: bundleFolder(name) })) {
    writeWhole(join(folder, path), readFileSync(join(bundleFolder(name), path)));
  }
  for (const [path, contents] of Object.entries(files)) writeWhole(join(folder, path), text(contents));
  return folder;
};

const folders = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** Every function's name and folder: `agent-poll` lives in `functions/agent/poll`. */
export const functionFolders = (): { name: string; folder: string }[] =>
  folders(join(ROOT, 'functions')).flatMap((group) =>
    folders(join(ROOT, 'functions', group))
      .map((name) => ({ name: `${group}-${name}`, folder: `functions/${group}/${name}` }))
      .filter(({ folder }) => existsSync(join(ROOT, folder, 'environment.ts'))),
  );

/** What esbuild makes, and of what: each function's handler, and the parts that it loads only when it needs them. */
const entryPoints = (): Record<string, string> =>
  Object.fromEntries(
    functionFolders().flatMap(({ name, folder }) => [
      [`${name}/index`, `${folder}/handler.ts`],
      ...globSync(`${folder}/parts/*.ts`, { cwd: ROOT })
        .sort()
        .map((part) => [`${name}/parts/${basename(part, '.ts')}`, part]),
    ]),
  );

/** Another process may be reading what is written here: a file that is right stays, and a new one appears whole. */
export const writeWhole = (path: string, contents: Uint8Array): void => {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
};

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Bundles all functions into `build/functions/<name>/index.js`. */
export const bundleFunctions = (): void => {
  const { outputFiles, metafile } = buildSync({
    ...FLAGS,
    absWorkingDir: ROOT,
    entryPoints: entryPoints(),
    outdir: OUTPUT,
    alias: LEFT_OUT,
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  for (const { path, contents } of outputFiles) {
    writeWhole(path, contents);
    // The repository is ESM; without this Node would take the bundle for a module too.
    writeWhole(join(dirname(path), 'package.json'), text('{ "type": "commonjs" }\n'));
  }
  writeWhole(METAFILE, text(`${JSON.stringify(metafile)}\n`));
};
