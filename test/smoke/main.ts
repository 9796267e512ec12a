/**
 * `npm run smoke -- --api URL --token TOKEN`: the main job on any deployment, through its public API. Ends with 1 where
 * something does not work, and leaves no device behind either way.
 */
import { readOptions, USAGE, UsageError } from './options.ts';
import { runSmoke } from './smoke.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (!options) {
    process.stdout.write(USAGE);
    return 0;
  }
  const works = await runSmoke(options, (text) => process.stdout.write(text), interrupted.signal);
  return works ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
