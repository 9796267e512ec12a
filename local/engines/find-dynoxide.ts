/**
 * Where the embedded DynamoDB engine's executable is: named by DYNOXIDE_BIN, among the packages, or on the PATH. The
 * project's own packages have it for Linux on x64; its makers publish it for other platforms too.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { StartError } from '../errors.ts';

const VERSION = packageJson.optionalDependencies['@dynoxide/linux-x64'];

/** Brings the executable of the machine's own platform into `node_modules`, until the next `npm ci`. */
export const INSTALL = `npm install --no-save dynoxide@${VERSION}`;

export type Search = {
  /** What DYNOXIDE_BIN says. */
  readonly named?: string | undefined;
  /** The variable PATH. */
  readonly path?: string | undefined;
  readonly platform: string;
  readonly arch: string;
  /** The file of an installed package; `undefined` where the package is not there. */
  readonly resolve: (specifier: string) => string | undefined;
  readonly isExecutable: (path: string) => boolean;
};

/** @throws StartError which says how to get one */
export const searchDynoxide = ({ named, path = '', platform, arch, resolve, isExecutable }: Search): string => {
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new StartError(`DYNOXIDE_BIN is ${named}, which is no file that can be executed.`);
  }
  const name = platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  const packaged = resolve(`@dynoxide/${platform}-${arch}/${name}`);
  if (packaged !== undefined) return packaged;
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  throw new StartError(
    `The packages bring no embedded DynamoDB engine for ${platform}-${arch}. This installs one:\n\n  ${INSTALL}\n\n` +
      'An executable on the PATH (brew install nubo-db/tap/dynoxide) or named by DYNOXIDE_BIN is taken too. Or start ' +
      'another engine, and set AWS_ENDPOINT_URL_DYNAMODB to its address.',
  );
};

const require = createRequire(import.meta.url);

const resolve = (specifier: string): string | undefined => {
  try {
    return require.resolve(specifier);
  } catch {
    return undefined;
  }
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** On this machine. @throws StartError which says how to get one */
export const findDynoxide = (env: NodeJS.ProcessEnv = process.env): string =>
  searchDynoxide({
    named: env['DYNOXIDE_BIN'],
    path: env['PATH'],
    platform: process.platform,
    arch: process.arch,
    resolve,
    isExecutable,
  });
