/** What installing or uninstalling does to the system, as a list of steps: carried out, or only shown. */

import { posix, win32 } from 'node:path';

export type Step =
  | { readonly do: 'make'; readonly directory: string }
  | { readonly do: 'copy'; readonly from: string; readonly to: string }
  | { readonly do: 'write'; readonly path: string; readonly text: string; readonly encoding?: 'utf16le' }
  /** For this account alone. `shown`: what it is, without its secrets. */
  | { readonly do: 'keep'; readonly path: string; readonly text: string; readonly shown: string }
  /** One file. */
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'removeLog'; readonly path: string }
  | { readonly do: 'removeState'; readonly directory: string }
  | { readonly do: 'removeDirectory'; readonly path: string }
  /** `mayFail`: takes away what may not be there. */
  | { readonly do: 'run'; readonly file: string; readonly args: readonly string[]; readonly mayFail?: true };

/** The agent as it lies on the disk. */
export type Program = {
  /** The single executable, or the single file. */
  source: string;
  /** The Node that runs the single file; an executable carries its own. */
  node?: string;
};

export type Installation = {
  /** What is to be installed. */
  program: Program;
  stateDir: string;
  logFile: string;
  /** Further options of `run`. */
  options: readonly string[];
};

/** How one kind of system runs a program from its start on. */
export type Installer = {
  /** Where the agent logs unless it is told otherwise. */
  defaultLogFile(stateDir: string): string;
  install(installation: Installation): Step[];
  /** Takes the service and the program away, and leaves what the device knows. */
  uninstall(): Step[];
};

/** What the device has on disk, its credential, its history and its logs, and the directories that were made for it. */
export const purge = (
  stateDir: string,
  { directories, logFiles }: { directories: readonly string[]; logFiles: readonly string[] },
): Step[] => [
  ...logFiles.map((path) => ({ do: 'removeLog', path }) as const),
  { do: 'removeState', directory: stateDir },
  // The innermost first.
  ...directories
    .toSorted((one, other) => other.length - one.length)
    .map((path) => ({ do: 'removeDirectory', path }) as const),
];

/** What it is called where it is installed. */
export const installedName = ({ node }: Program, executable: string): string =>
  node === undefined ? executable : 'remote-assist-agent.cjs';

/** @param names of the executable, and of what else is installed beside it */
export const removeProgram = (folder: string, ...names: readonly string[]): Step[] => {
  const at = folder.includes('\\') ? win32 : posix;
  const files = [...names, 'remote-assist-agent.cjs'].map(
    (name) => ({ do: 'remove', path: at.join(folder, name) }) as const,
  );
  return [...files, { do: 'removeDirectory', path: folder }];
};

/** The command line of the service. @param installed where the program is installed */
export const serviceCommand = (
  installed: string,
  { program: { node }, stateDir, logFile, options }: Installation,
): string[] => [
  ...(node === undefined ? [] : [node]),
  installed,
  'run',
  '--state-dir',
  stateDir,
  '--log-file',
  logFile,
  ...options,
];

const quoted = (word: string): string => (/^[\w./:\\=+@,-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`);

/** A step as a person reads it. */
export const describeStep = (step: Step): string => {
  switch (step.do) {
    case 'make':
      return `make the directory ${step.directory}, for this account alone`;
    case 'copy':
      return `copy ${step.from} to ${step.to}`;
    case 'write':
      return `write ${step.path}:\n${step.text.replace(/^(?=.)/gm, '    ').trimEnd()}`;
    case 'keep':
      return `write ${step.path}, for this account alone: ${step.shown}`;
    case 'remove':
      return `remove ${step.path}`;
    case 'removeLog':
      return `remove the agent's log ${step.path}, and its older parts`;
    case 'removeState':
      return `remove the agent's own files in ${step.directory}`;
    case 'removeDirectory':
      return `remove the directory ${step.path}, if nothing is left in it`;
    case 'run':
      return `run ${[step.file, ...step.args].map(quoted).join(' ')}${step.mayFail ? ' (which may fail)' : ''}`;
  }
};
