/** `npm run build:deb`: the agent's Debian package. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions, runCommand, UsageError } from '../../lib/command-line.ts';
import { ARCHITECTURES, type Architecture, buildDeb, debianVersion, SMALL } from './deb.ts';
import { buildExecutable } from './executable.ts';
import { orSayWhy, VERSION } from './project.ts';
import { targetOf } from './targets.ts';

const FOLDER = 'build/agent';
const KNOWN = Object.keys(ARCHITECTURES) as Architecture[];

const USAGE = `Usage: npm run build:deb [-- --architecture ${KNOWN.join('|')}] [--output PATH]

  Makes ${FOLDER}/remote-assist-agent_VERSION_ARCHITECTURE.deb, or PATH; for ${KNOWN[0]} unless said
  otherwise. Needs dpkg, and binutils to take the symbols out (for arm64 binutils-aarch64-linux-gnu); npm
  fetches the Node of another platform the first time.
`;

type Options = { architecture: Architecture; output: string };

const readOptions = (args: string[]): Options => {
  const text = { type: 'string' } as const;
  const { architecture = KNOWN[0], output } = parseOptions(args, { architecture: text, output: text });
  const known = KNOWN.find((name) => name === architecture);
  if (!known) throw new UsageError(`--architecture is one of ${KNOWN.join(', ')}`);
  return {
    architecture: known,
    output: output ?? join(FOLDER, `remote-assist-agent_${debianVersion(VERSION)}_${known}.deb`),
  };
};

const build = ({ architecture, output }: Options): Promise<number> =>
  orSayWhy(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'remote-assist-linux-'));
    const executable = join(folder, 'remote-assist-agent');
    try {
      await buildExecutable(targetOf(ARCHITECTURES[architecture]), executable);
      await buildDeb({ architecture, executable, output, version: VERSION, compression: SMALL });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    process.stdout.write(`${output}\n`);
  });

process.exitCode = await runCommand(USAGE, readOptions, build);
