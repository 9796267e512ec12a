/** What installing or uninstalling does to the system, as a list of steps: carried out, or only shown. */

export type Step =
  | { readonly do: 'make'; readonly directory: string }
  | { readonly do: 'copy'; readonly from: string; readonly to: string }
  | { readonly do: 'write'; readonly path: string; readonly text: string; readonly encoding?: 'utf16le' }
  | { readonly do: 'remove'; readonly path: string }
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
  /** @param purge also what the device has on disk: its credential, its history, its logs */
  uninstall(options: { stateDir: string; logFile: string; purge: boolean }): Step[];
};

/** What it is called where it is installed. */
export const installedName = ({ node }: Program, executable: string): string =>
  node === undefined ? executable : 'remote-assist-agent.cjs';

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
    case 'remove':
      return `remove ${step.path}`;
    case 'run':
      return `run ${[step.file, ...step.args].map(quoted).join(' ')}${step.mayFail ? ' (which may fail)' : ''}`;
  }
};
