/**
 * The agent as one file that runs on Node 22 or later with nothing to install. To syntax that much older versions can
 * read, so that they get as far as being told that they are too old.
 */
import { appendFileSync } from 'node:fs';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { asComment, type Holds, licencesOf } from './licences.ts';
import { ROOT, VERSION } from './project.ts';

const OLDEST_NODE = 22;

const stamp: Plugin = {
  name: 'stamp',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]agent[\\/]version\.ts$/ }, () => ({
      contents: `export const AGENT_VERSION = ${JSON.stringify(VERSION)};`,
      loader: 'ts',
    }));
  },
};

const banner = `#!/usr/bin/env node
// remote-assist agent ${VERSION}
if (Number(process.versions.node.split('.')[0]) < ${OLDEST_NODE}) {
  process.stderr.write('The remote-assist agent needs Node ${OLDEST_NODE} or later; this is ' + process.versions.node + ' (' + process.execPath + ').\\n');
  process.exit(1);
}`;

const OPTIONS = {
  absWorkingDir: ROOT,
  entryPoints: ['agent/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node14.18',
  format: 'cjs',
  mainFields: ['module', 'main'],
  banner: { js: banner },
  plugins: [stamp],
  legalComments: 'inline',
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;

/** @param node the licence of the Node that goes along with it, in one executable */
export const bundleAgent = async (outfile: string, node?: string): Promise<void> => {
  const { metafile } = await build({ ...OPTIONS, outfile });
  const holds = { own: true, ...(node !== undefined && { node }) };
  appendFileSync(outfile, `\n${asComment(licencesOf(metafile, holds))}\n`);
};

/** The licences of what is in the bundle, for a file beside it. */
export const bundleLicences = async (holds: Holds): Promise<string> => {
  const { metafile } = await build({ ...OPTIONS, outfile: 'agent.cjs', write: false });
  return licencesOf(metafile, holds);
};
