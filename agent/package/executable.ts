/**
 * The agent and the Node that runs it as one executable, by Node's own way of single executable applications: a blob with
 * the agent and the options of Node is put into a copy of the runtime, and a fuse is set that says that it is there.
 */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleAgent } from './bundle.ts';
import { CannotBuild, NODE_VERSION } from './project.ts';
import { nodeLicence, runtimeFor } from './runtime.ts';
import type { Target } from './targets.ts';
import { isInstalled, runTool } from './tool.ts';
import { windowsExecutable } from './windows-executable.ts';

const BLOB = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * What the executable runs Node with. The system's certificates, so that a company's own are trusted; a young generation
 * that suits a program which makes a few objects a minute.
 */
export const NODE_OPTIONS = ['--use-system-ca', '--max-semi-space-size=1'];

/** @returns its path; it is for the runtime's Node version, whatever its platform, since it holds no compiled code */
const makeBlob = async (folder: string): Promise<string> => {
  // The blob's format belongs to a version of Node.
  if (process.versions.node !== NODE_VERSION) {
    throw new CannotBuild(`This is Node ${process.versions.node}; the executables need ${NODE_VERSION}: use npm run.`);
  }
  const main = join(folder, 'agent.cjs');
  const output = join(folder, 'agent.blob');
  const config = join(folder, 'sea.json');
  await bundleAgent(main, await nodeLicence());
  const settings = {
    main,
    output,
    disableExperimentalSEAWarning: true,
    useCodeCache: false,
    execArgv: NODE_OPTIONS,
    // A machine's NODE_OPTIONS are for the programs of whoever set them; a wrong one would stop the agent.
    execArgvExtension: 'none',
  };
  writeFileSync(config, JSON.stringify(settings));
  runTool(process.execPath, ['--experimental-sea-config', config]);
  return output;
};

const intoElf = (program: string, blob: string): void => {
  const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
  runTool(process.execPath, [postject, program, BLOB, blob, '--sentinel-fuse', FUSE]);
};

/** @throws CannotBuild */
export const buildExecutable = async (target: Target, output: string): Promise<void> => {
  const runtime = await runtimeFor(target);
  mkdirSync(dirname(output), { recursive: true });
  const folder = mkdtempSync(join(dirname(output), 'building-'));
  try {
    const blob = await makeBlob(folder);
    const program = join(folder, target.program);
    if (target.system === 'windows') {
      const resource = { name: BLOB, content: readFileSync(blob) };
      writeFileSync(program, windowsExecutable(readFileSync(runtime), resource, FUSE));
    } else {
      copyFileSync(runtime, program);
      // Before it is put together; afterwards it would break it.
      if (target.strip && isInstalled(target.strip)) runTool(target.strip, [program]);
      intoElf(program, blob);
    }
    chmodSync(program, 0o755);
    renameSync(program, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
