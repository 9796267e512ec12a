/** `npm run build:agent`: the agent as one file for Node, or as one executable for a platform. */
import { dirname, join } from 'node:path';
import { runCommand } from '../../lib/command-line.ts';
import { bundleAgent } from './bundle.ts';
import { buildExecutable } from './executable.ts';
import { FOLDER, type Options, readOptions, USAGE } from './options.ts';
import { orSayWhy } from './project.ts';
import { runtimeFor } from './runtime.ts';
import { targetOf } from './targets.ts';
import { buildWindowsFolder } from './windows-folder.ts';

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
