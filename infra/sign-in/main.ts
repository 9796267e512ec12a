/** `npm run -s sign-in -- --issuer URL --client-id ID`: prints an access token of an admin who signs in by a browser. */
import { runCommand } from '../../lib/command-line.ts';
import { reasonOf } from '../../lib/reason.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { signIn } from './sign-in.ts';
import { wrongWith } from './usable.ts';

/** Long enough to make an account's first password and second factor. */
const PATIENCE_MS = 10 * 60_000;

const printToken = async (options: Options): Promise<number> => {
  const show = (url: string) => process.stderr.write(`Open in a browser on this machine:\n\n  ${url}\n\n`);
  const token = await signIn(options, show, AbortSignal.timeout(PATIENCE_MS));
  const { issuer, audience = options.clientId } = options;
  const wrong = wrongWith(token, { issuer, audience });
  if (wrong.length > 0) {
    process.stderr.write(`You are signed in, but the stack cannot use the access token:\n  ${wrong.join('\n  ')}\n`);
    return 1;
  }
  process.stdout.write(`${token}\n`);
  return 0;
};

try {
  process.exitCode = await runCommand(USAGE, readOptions, printToken);
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
