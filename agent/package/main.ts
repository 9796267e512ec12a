/** `npm run build:agent`: the agent as one file for Node, or as one executable for a platform. */
import { dirname, join } from 'node:path';
import { parseOptions, runCommand, UsageError } from '../../lib/command-line.ts';
import { HOST_PROGRAM } from '../platform/native-host.ts';
import { bundleAgent } from './bundle.ts';
import { buildExecutable } from './executable.ts';
import { compileHost } from './native.ts';
import { CannotBuild } from './project.ts';
import { TARGET_NAMES, type TargetName, targetOf } from './targets.ts';

const FOLDER = 'build/agent';

const USAGE = `Usage: npm run build:agent [-- --target TARGET] [--output PATH]

  Without a target: ${FOLDER}/remote-assist-agent.cjs, one file for Node 22 or later.
  --target ${TARGET_NAMES.join('|')}
      One executable that carries its own Node: ${FOLDER}/TARGET/remote-assist-agent.
      The first time, npm fetches that Node. For Windows with its native host beside it.
  --output PATH
      Writes it there.
`;

type Options = { target: TargetName | undefined; output: string | undefined };

const readOptions = (args: string[]): Options => {
  const { target, output } = parseOptions(args, { target: { type: 'string' }, output: { type: 'string' } });
  const known = TARGET_NAMES.find((name) => name === target);
  if (target !== undefined && !known) throw new UsageError(`--target is one of ${TARGET_NAMES.join(', ')}`);
  return { target: known, output };
};

const build = async ({ target: name, output }: Options): Promise<number> => {
  try {
    const target = name && targetOf(name);
    const path = output ?? join(FOLDER, target ? join(target.name, target.program) : 'remote-assist-agent.cjs');
    if (target) await buildExecutable(target, path);
    else await bundleAgent(path);
    if (target?.system === 'windows') compileHost(join(dirname(path), HOST_PROGRAM));
    process.stdout.write(`${path}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof CannotBuild)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
};

process.exitCode = await runCommand(USAGE, readOptions, build);
