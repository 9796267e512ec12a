/** `npm run -s token -- --roles operator,helpdesk`: prints an access token for the running local stack. */
import { parseOptions, runCommand, UsageError } from '../lib/command-line.ts';

const USAGE = `Usage: npm run -s token -- --roles ROLE[,ROLE…] [--subject NAME] [--expires-in SECONDS]
`;

type Options = { roles: string[]; subject?: string; expiresInSeconds?: number };

const readOptions = (args: string[]): Options => {
  const values = parseOptions(args, {
    roles: { type: 'string', default: '' },
    subject: { type: 'string' },
    'expires-in': { type: 'string' },
  });
  const roles = values.roles.split(',').flatMap((role) => role.trim() || []);
  if (roles.length === 0) throw new UsageError('--roles is needed');
  const { 'expires-in': expiresIn, subject } = values;
  if (expiresIn !== undefined && !/^-?\d+$/.test(expiresIn)) throw new UsageError('--expires-in takes whole seconds');
  return {
    roles,
    ...(subject && { subject }),
    ...(expiresIn !== undefined && { expiresInSeconds: Number(expiresIn) }),
  };
};

/** Something else may listen at the port, and say nothing. */
const PATIENCE_MS = 10_000;

const refuse = (message: string): 1 => {
  process.stderr.write(`${message}\n`);
  return 1;
};

const printToken = async (options: Options): Promise<number> => {
  const url = `http://127.0.0.1:${process.env['PORT'] || 3000}`;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${url}/__local/token`, { method: 'POST', body: JSON.stringify(options), signal });
    const answer = (await response.json()) as { token?: string; detail?: string };
    if (!response.ok || answer.token === undefined)
      return refuse(answer.detail ?? `${url} answers ${response.status}: is it the local stack?`);
    process.stdout.write(`${answer.token}\n`);
    return 0;
  } catch {
    return refuse(`No local stack answers at ${url}: start it with npm start, or set PORT to its port.`);
  }
};

process.exitCode = await runCommand(USAGE, readOptions, printToken);
