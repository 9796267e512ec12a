/** `npm run -s token -- --roles operator,helpdesk`: prints an access token for the running local stack. */
import { parseArgs } from 'node:util';
import { messageOf } from './errors.ts';

const USAGE = 'Usage: npm run -s token -- --roles ROLE[,ROLE…] [--subject NAME] [--expires-in SECONDS]';

/** Ends with `code` and a message on stderr. */
const fail = (code: 1 | 2, message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(code);
};

const readArguments = (): { roles: string[]; subject?: string; expiresInSeconds?: number } => {
  try {
    const { values } = parseArgs({
      options: { roles: { type: 'string' }, subject: { type: 'string' }, 'expires-in': { type: 'string' } },
    });
    const roles =
      values.roles
        ?.split(',')
        .map((role) => role.trim())
        .filter((role) => role !== '') ?? [];
    if (roles.length === 0) return fail(2, USAGE);
    const expiresIn = values['expires-in'];
    if (expiresIn !== undefined && !/^-?\d+$/.test(expiresIn)) return fail(2, USAGE);
    return {
      roles,
      ...(values.subject && { subject: values.subject }),
      ...(expiresIn !== undefined && { expiresInSeconds: Number(expiresIn) }),
    };
  } catch (error) {
    return fail(2, `${messageOf(error)}\n${USAGE}`);
  }
};

const request = readArguments();
const url = `http://127.0.0.1:${process.env['PORT'] || 3000}`;
try {
  const response = await fetch(`${url}/__local/token`, { method: 'POST', body: JSON.stringify(request) });
  const answer = (await response.json()) as { token?: string; detail?: string };
  if (!response.ok || answer.token === undefined)
    fail(1, answer.detail ?? `${url} answers ${response.status}: is it the local stack?`);
  process.stdout.write(`${answer.token}\n`);
} catch {
  fail(1, `No local stack answers at ${url}: start it with npm start, or set PORT to its port.`);
}
