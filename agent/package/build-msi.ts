/** `npm run build:msi`: the agent's Windows package. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions, runCommand } from '../../lib/command-line.ts';
import { buildMsi } from './msi.ts';
import { orSayWhy, VERSION } from './project.ts';
import { SIGN_OPTIONS, SIGN_USAGE, type Signer, signerFrom } from './sign.ts';
import { targetOf } from './targets.ts';
import { buildWindowsFolder } from './windows-folder.ts';

const OUTPUT = 'build/agent/remote-assist-agent.msi';

const USAGE = `Usage: npm run build:msi [-- --output PATH] [SIGNING]

  Makes ${OUTPUT}, or PATH. Needs Debian's wixl, msitools and
  gcc-mingw-w64-x86-64; npm fetches Node for Windows the first time.
${SIGN_USAGE}`;

type Options = { output: string; sign: Signer | undefined };

const readOptions = (args: string[]): Options => {
  const { output = OUTPUT, ...values } = parseOptions(args, { output: { type: 'string' }, ...SIGN_OPTIONS });
  return { output, sign: signerFrom(values) };
};

const build = ({ output, sign }: Options): Promise<number> =>
  orSayWhy(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'remote-assist-win-'));
    try {
      await buildWindowsFolder(targetOf('win-x64'), folder, sign);
      await buildMsi(folder, output, VERSION);
      sign?.(output);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    process.stdout.write(`${output}\n`);
  });

process.exitCode = await runCommand(USAGE, readOptions, build);
