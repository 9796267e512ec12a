/** `npm run build:agent`: the agent as one file for Node, or as one executable for a platform. */
import { dirname, join } from 'node:path';
import { parseOptions, runCommand, UsageError } from '../../lib/command-line.ts';
import { bundleAgent } from './bundle.ts';
import { buildExecutable } from './executable.ts';
import { orSayWhy } from './project.ts';
import { runtimeFor } from './runtime.ts';
import { TARGET_NAMES, type TargetName, targetOf } from './targets.ts';
import { buildWindowsFolder } from './windows-folder.ts';

const FOLDER = 'build/agent';

const USAGE = `Usage: npm run build:agent [-- --target TARGET] [--output PATH | --fetch-only]

  Without a target: ${FOLDER}/remote-assist-agent.cjs, one file for Node 22 or later.
  --target ${TARGET_NAMES.join('|')}
      One executable that carries its own Node: ${FOLDER}/TARGET/remote-assist-agent.
      The first time, npm fetches that Node. For Windows with its native host beside it.
  --fetch-only
      Has npm fetch that Node, and builds nothing; for a build without a network later.
  --output PATH
      Writes it there; for Windows into the folder of PATH.
`;

type Options = { target: TargetName | undefined; output: string | undefined; fetchOnly: boolean };

const readOptions = (args: string[]): Options => {
  const text = { type: 'string' } as const;
  const values = parseOptions(args, { target: text, output: text, 'fetch-only': { type: 'boolean' } });
  const { target: name, output, 'fetch-only': fetchOnly = false } = values;
  const target = TARGET_NAMES.find((known) => known === name);
  if (name !== undefined && !target) throw new UsageError(`--target is one of ${TARGET_NAMES.join(', ')}`);
  if (fetchOnly && !target) throw new UsageError('--fetch-only needs --target');
  return { target, output, fetchOnly };
};

const build = ({ target: name, output, fetchOnly }: Options): Promise<number> =>
  orSayWhy(async () => {
    const target = name && targetOf(name);
    if (target && fetchOnly) {
      process.stdout.write(`${await runtimeFor(target)}\n`);
      return;
    }
    const path = output ?? join(FOLDER, target ? join(target.name, target.program) : 'remote-assist-agent.cjs');
    if (!target) await bundleAgent(path);
    else if (target.system === 'windows') await buildWindowsFolder(target, dirname(path));
    else await buildExecutable(target, path);
    process.stdout.write(`${path}\n`);
  });

process.exitCode = await runCommand(USAGE, readOptions, build);
