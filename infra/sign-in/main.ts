/** `npm run -s sign-in -- --issuer URL --client-id ID`: prints an access token of an admin who signs in by a browser. */
import { readOptions, USAGE, UsageError } from './options.ts';
import { signIn } from './sign-in.ts';

/** Long enough to make an account's first password and second factor. */
const PATIENCE_MS = 10 * 60_000;

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(USAGE);
    return;
  }
  const show = (url: string) => process.stderr.write(`Open in a browser on this machine:\n\n  ${url}\n\n`);
  process.stdout.write(`${await signIn(options, show, AbortSignal.timeout(PATIENCE_MS))}\n`);
};

try {
  await main();
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`${(error as Error).message}\n${isUsage ? `\n${USAGE}` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
