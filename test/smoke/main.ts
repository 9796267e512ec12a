/**
 * `npm run smoke -- --api URL --token TOKEN`: the main job on any deployment, through its public API. Ends with 1 where
 * something does not work, and leaves no device behind either way.
 */
import { runCommand } from '../../lib/command-line.ts';
import { readOptions, USAGE } from './options.ts';
import { runSmoke } from './smoke.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

process.exitCode = await runCommand(
  USAGE,
  (args) => readOptions(args, process.env),
  async (options) => ((await runSmoke(options, (text) => process.stdout.write(text), interrupted.signal)) ? 0 : 1),
);
