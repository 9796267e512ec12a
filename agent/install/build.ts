/**
 * `npm run build:agent`: the agent as one file that runs on Node 22 or later with nothing to install. To syntax that much
 * older versions can read, so that they get as far as being told that they are too old.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
/** Elsewhere for a test, which others may run at the same time. */
const OUTPUT = process.argv[2] ?? 'build/agent/remote-assist-agent.cjs';
const OLDEST_NODE = 22;

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

const stamp: Plugin = {
  name: 'stamp',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]agent[\\/]version\.ts$/ }, () => ({
      contents: `export const AGENT_VERSION = ${JSON.stringify(version)};`,
      loader: 'ts',
    }));
  },
};

const banner = `#!/usr/bin/env node
// remote-assist agent ${version}
if (Number(process.versions.node.split('.')[0]) < ${OLDEST_NODE}) {
  process.stderr.write('The remote-assist agent needs Node ${OLDEST_NODE} or later; this is ' + process.versions.node + ' (' + process.execPath + ').\\n');
  process.exit(1);
}`;

await build({
  absWorkingDir: ROOT,
  entryPoints: ['agent/main.ts'],
  outfile: OUTPUT,
  bundle: true,
  platform: 'node',
  target: 'node14.18',
  format: 'cjs',
  mainFields: ['module', 'main'],
  banner: { js: banner },
  plugins: [stamp],
  legalComments: 'inline',
  logLevel: 'warning',
});
process.stdout.write(`${OUTPUT}\n`);
