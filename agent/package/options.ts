/** The command line of `npm run build:agent`. */
import { parseOptions, UsageError } from '../../lib/command-line.ts';
import { TARGET_NAMES, type TargetName } from './targets.ts';

/** Where what is built lies, from the project's root. */
export const FOLDER = 'build/agent';

export const USAGE = `Usage: npm run build:agent [-- --target TARGET] [--output PATH | --fetch-only]

  Without a target: ${FOLDER}/remote-assist-agent.cjs, one file for Node 22 or later.
  --target ${TARGET_NAMES.join('|')}
      One executable that carries its own Node: ${FOLDER}/TARGET/remote-assist-agent.
      The first time, npm fetches that Node. For Windows with its native host beside it.
  --fetch-only
      Has npm fetch that Node, and builds nothing; for a build without a network later.
  --output PATH
      Writes it there; for Windows into the folder of PATH.
`;

export type Options = { target: TargetName | undefined; output: string | undefined; fetchOnly: boolean };

/** @throws UsageError for options that do not go together */
export const readOptions = (args: string[]): Options => {
  const text = { type: 'string' } as const;
  const values = parseOptions(args, { target: text, output: text, 'fetch-only': { type: 'boolean' } });
  const { target: name, output, 'fetch-only': fetchOnly = false } = values;
  const target = TARGET_NAMES.find((known) => known === name);
  if (name !== undefined && !target) throw new UsageError(`--target is one of ${TARGET_NAMES.join(', ')}`);
  if (fetchOnly && !target) throw new UsageError('--fetch-only needs --target');
  return { target, output, fetchOnly };
};
