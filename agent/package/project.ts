/** The project that the agent is packaged from: its root, its version, and the Node version that it pins. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

const { version, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  devDependencies: { node: string };
};

export const VERSION = version;

/** The Node that the executables carry; the suite runs on the same. */
export const NODE_VERSION = devDependencies.node;

/** A package that cannot be made; the message says why, and what to do. */
export class CannotBuild extends Error {
  override readonly name = 'CannotBuild';
}

/** As Windows and the package managers show it. */
export const PRODUCT = 'Remote Assist Agent';
export const MANUFACTURER = 'remote-assist';

/** @returns the exit code: 1, with its words on stderr, where something cannot be made */
export const orSayWhy = async (make: () => Promise<void>): Promise<number> => {
  try {
    await make();
    return 0;
  } catch (error) {
    if (!(error instanceof CannotBuild)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
};
