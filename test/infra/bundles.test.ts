/** What is in the functions' bundles: nothing that costs a cold start and is not used, and nothing twice. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleFolder, bundleFunctions, functionFolders, METAFILE } from '../../infra/bundle.ts';
import { assetFolders, asText, functionName, resources } from './synthesis.ts';

type Metafile = { readonly outputs: Record<string, { readonly inputs: Record<string, { bytesInOutput: number }> }> };

let metafile: Metafile;
beforeAll(() => {
  bundleFunctions();
  metafile = JSON.parse(readFileSync(METAFILE, 'utf8'));
});

/** The bundles of a function, its handler's and those of its parts. */
const bundlesOf = (name: string): string[] =>
  Object.keys(metafile.outputs).filter((path) => path.startsWith(`build/functions/${name}/`));

/** The code that is in a bundle; a `package.json` is there for its version only. */
const filesIn = (bundle: string): string[] =>
  Object.entries(metafile.outputs[bundle]?.inputs ?? {})
    .filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && !file.endsWith('package.json'))
    .map(([file]) => file);

const filesOf = (name: string): string[] => bundlesOf(name).flatMap(filesIn);

const twiceIn = (bundle: string): string[] => {
  const copies = new Map<string, Set<string>>();
  for (const found of filesIn(bundle).map(copyOf)) {
    if (found) copies.set(found.name, (copies.get(found.name) ?? new Set()).add(found.copy));
  }
  return [...copies].filter(([, places]) => places.size > 1).map(([copied]) => copied);
};

/** `node_modules/a/node_modules/@b/c/dist-es/x.js`: the package `@b/c`, at that place, in the build `dist-es`. */
const copyOf = (file: string): { name: string; copy: string } | undefined => {
  const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\/(?:(dist-[a-z]+)\/)?/.exec(file);
  return match ? { name: match[2] ?? '', copy: `${match[1]} ${match[3] ?? ''}` } : undefined;
};

describe.each(functionFolders())('$name', ({ name }) => {
  test('is a CommonJS module that loads with the stack’s environment and exports a handler', () => {
    const fn = resources('AWS::Lambda::Function').find((candidate) => functionName(candidate) === name);
    const variables = Object.entries(fn?.properties['Environment']?.Variables ?? {});
    for (const [key, value] of [['AWS_REGION', 'eu-central-1'], ...variables]) vi.stubEnv(String(key), asText(value));
    const folder = assetFolders().get(name) ?? expect.fail('it has no code');
    vi.stubEnv('LAMBDA_TASK_ROOT', folder);
    const loaded = createRequire(import.meta.url)(join(folder, 'index.js'));
    vi.unstubAllEnvs();
    expect(loaded.handler).toBeTypeOf('function');
  });

  test('has no validator that compiles at start, no locales, no credential chain, no event streams', () => {
    const unwanted =
      /@middy\/validator|\/ajv\/|zod\/.*\/locales\/|credential-provider|@smithy\/credential|event-streams\/|mnemonist|aws-cdk/;
    expect(filesOf(name).filter((file) => unwanted.test(file))).toEqual([]);
  });

  test('has no package twice, neither in two versions nor in two builds', () => {
    expect(bundlesOf(name).flatMap(twiceIn)).toEqual([]);
  });

  test('has packages under permissive licences only', () => {
    const folders = new Set(
      filesOf(name).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
    );
    const licences = [...folders].map(
      (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).license,
    );
    for (const licence of licences) expect(['Apache-2.0', 'MIT', 'ISC', '0BSD', 'BSD-3-Clause']).toContain(licence);
  });

  test('has nothing of the infrastructure, the agent or the tests', () => {
    expect(filesOf(name).filter((file) => /^(infra|agent|test)\//.test(file))).toEqual([]);
  });
});

test('Secrets Manager’s client is loaded with what needs it, and at the start of no function but the one that always does', () => {
  const atStart = functionFolders().filter(({ name }) =>
    filesIn(`build/functions/${name}/index.js`).some((file) => file.includes('@aws-sdk/client-secrets-manager/')),
  );
  expect(atStart.map(({ name }) => name)).toEqual(['public-connectors']);
});

test('the same sources give the same bytes', () => {
  const bytes = () => functionFolders().map(({ name }) => readFileSync(join(bundleFolder(name), 'index.js'), 'utf8'));
  const before = bytes();
  bundleFunctions();
  expect(bytes()).toEqual(before);
  expect(existsSync(METAFILE)).toBe(true);
});
