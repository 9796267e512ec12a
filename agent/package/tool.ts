/** Runs the tools that packages are made with. What they print is shown only when they fail. */
import { spawnSync } from 'node:child_process';
import { CannotBuild } from './project.ts';

/** Which Debian package has a tool, for whoever lacks it. */
const DEBIAN_PACKAGE: Readonly<Record<string, string>> = {
  'x86_64-linux-gnu-strip': 'binutils',
  'aarch64-linux-gnu-strip': 'binutils-aarch64-linux-gnu',
  'x86_64-w64-mingw32-gcc': 'gcc-mingw-w64-x86-64',
  'x86_64-w64-mingw32-windres': 'gcc-mingw-w64-x86-64',
  wixl: 'wixl',
  msibuild: 'msitools',
  msiinfo: 'msitools',
  msiextract: 'msitools',
  'dpkg-deb': 'dpkg',
  osslsigncode: 'osslsigncode',
};

/** What to install for a tool. */
export const debianPackageOf = (tool: string): string => DEBIAN_PACKAGE[tool] ?? tool;

export const isInstalled = (tool: string): boolean =>
  spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;

export type ToolOptions = {
  cwd?: string;
  input?: string;
  /** It has nothing to say when all is well: what it writes to stderr is an error. */
  quiet?: boolean;
};

/** @returns what it wrote to stdout @throws CannotBuild when it is not there, or fails */
export const runTool = (tool: string, args: readonly string[], { quiet, ...options }: ToolOptions = {}): string => {
  const { error, status, stdout, stderr } = spawnSync(tool, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  if (error && 'code' in error && error.code === 'ENOENT') {
    throw new CannotBuild(`${tool} is not installed (Debian: apt-get install ${debianPackageOf(tool)}).`);
  }
  if (error) throw error;
  if (status !== 0 || (quiet && stderr.trim() !== '')) {
    throw new CannotBuild(`${[tool, ...args].join(' ')} failed:\n${stdout}${stderr}`);
  }
  return stdout;
};
