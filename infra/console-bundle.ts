/**
 * Bundles the web console for browsers, into the folder of the function that serves it. Files are compressed here, once,
 * at the level that would be too slow for each request.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type BuildOptions, buildSync, type OutputFile } from 'esbuild';
import { bundleFolder, ROOT, writeWhole } from './bundle.ts';

const FILES = join(bundleFolder('public-console'), 'files');

/** The bundle's metafile, from which the bench learns what the first page loads. */
export const CONSOLE_METAFILE = join(ROOT, 'build/console-meta.json');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

const OPTIONS = {
  absWorkingDir: ROOT,
  entryPoints: { main: 'console/main.tsx', worker: 'console/live/worker.ts' },
  outdir: '/console/assets',
  publicPath: '/console/assets',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  minify: true,
  mainFields: ['module', 'main'],
  define: { 'process.env.NODE_ENV': '"production"' },
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'external',
  metafile: true,
  write: false,
  logLevel: 'error',
} as const satisfies BuildOptions;

const hashOf = (...contents: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex');
};

/** Of everything that the console is made of: its sources, the contract's, its dependencies, and how it is made. */
const inputsHash = (): string => {
  const sources = globSync(['console/**/*.*', 'lib/api/**/*.ts', 'package-lock.json', 'infra/console-bundle.ts'], {
    cwd: ROOT,
  }).sort();
  return hashOf(...sources.flatMap((path) => [path, '\n', readFileSync(join(ROOT, path))]));
};

/** The design system's styles carry eight fonts as data URLs, half a megabyte; the system's own fonts do. */
const withoutFonts = (css: string): string => css.replace(/@font-face\s*\{[^}]*\}/g, '');

const named = (outputs: readonly OutputFile[], extension: string): OutputFile[] =>
  outputs.filter(({ path }) => extname(path) === extension);

/** All styles as one file, since a browser loads no style of a script that is loaded later. */
const stylesheet = (outputs: readonly OutputFile[]): { name: string; contents: Uint8Array } => {
  const css = withoutFonts(
    named(outputs, '.css')
      .map(({ text }) => text)
      .join('\n'),
  );
  return { name: `main-${hashOf(css).slice(0, 8)}.css`, contents: new TextEncoder().encode(css) };
};

const entry = (outputs: readonly OutputFile[], name: string): string => {
  const found = named(outputs, '.js').find(({ path }) => basename(path).startsWith(`${name}-`));
  if (!found) throw new Error(`The console's bundle has no ${name}`);
  return basename(found.path);
};

/** The page, which names the entry points by their hashed names. `SETTINGS` is filled in by the function. */
const page = (main: string, worker: string, css: string): string =>
  readFileSync(join(ROOT, 'console/index.html'), 'utf8')
    .replace('MAIN', main)
    .replace('WORKER', worker)
    .replace('STYLES', css);

const build = (): void => {
  const { outputFiles, metafile } = buildSync(OPTIONS);
  const css = stylesheet(outputFiles);
  const scripts = outputFiles
    .filter(({ path }) => !/\.(css|css\.LEGAL\.txt)$/.test(path))
    .map(({ path, contents }) => ({ name: basename(path), contents }));
  const icon = { name: 'icon.svg', contents: new Uint8Array(readFileSync(join(ROOT, 'console/icon.svg'))) };
  const files = [...scripts, css, icon];
  for (const { name, contents } of files) writeWhole(join(FILES, `${name}.br`), brotliCompressSync(contents));
  const types = Object.fromEntries(files.map(({ name }) => [name, TYPES[extname(name)]]));
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  writeWhole(join(FILES, 'types.json'), text(JSON.stringify(types)));
  writeWhole(join(FILES, 'index.html'), text(page(entry(outputFiles, 'main'), entry(outputFiles, 'worker'), css.name)));
  writeWhole(CONSOLE_METAFILE, text(JSON.stringify(metafile)));
  const kept = new Set([...files.map(({ name }) => `${name}.br`), 'types.json', 'index.html']);
  for (const name of globSync('*', { cwd: FILES })) if (!kept.has(name)) rmSync(join(FILES, name));
};

/** Bundles the console into the folder of `public-console`, unless it is there already, made from the same sources. */
export const bundleConsole = (): void => {
  const stamp = join(ROOT, 'build/console-inputs');
  const inputs = inputsHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs && existsSync(join(FILES, 'index.html'))) return;
  build();
  writeWhole(stamp, new TextEncoder().encode(inputs));
};
