/** `npm start`: synthesizes the stack, runs it on this machine, and says where. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenNpmIsGone } from '../lib/npm.ts';
import { findDynoxide } from './engines/find-dynoxide.ts';
import { StartError } from './errors.ts';
import { readSettings } from './settings.ts';
import { startLocalStack } from './stack.ts';
import { synthesize } from './synthesize.ts';
import { startLocalTeamViewer } from './teamviewer-fake.ts';
import { tryNext } from './try-next.ts';

// Lambda runs in UTC; workers take the time zone of the process.
process.env['TZ'] = 'UTC';
// What the engines write is this account's alone, wherever DATA_DIR is.
process.umask(0o077);

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
whenNpmIsGone('start', () => interrupted.abort());

/** Each process has an assembly of its own: functions load their code from it when they are first called. */
const assembly = async (): Promise<string> => {
  // Another one than the project's, for tests.
  const given = process.env['LOCAL_ASSEMBLY_DIR'];
  if (given) return given;
  const dir = mkdtempSync(join(tmpdir(), 'remote-assist-assembly-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  note('Synthesizing the stack …');
  await synthesize(dir, { signal: interrupted.signal });
  return dir;
};

const TEAMVIEWER_FAKE = '--teamviewer-fake';

const wantsTeamViewer = (args: readonly string[]): boolean => {
  const unknown = args.find((arg) => arg !== TEAMVIEWER_FAKE);
  if (unknown !== undefined) throw new StartError(`${unknown} is unknown: there is ${TEAMVIEWER_FAKE} only.`);
  return args.includes(TEAMVIEWER_FAKE);
};

const main = async (): Promise<number> => {
  const withTeamViewer = wantsTeamViewer(process.argv.slice(2));
  const { port, dataDir, dynamodbEndpoint } = readSettings(process.env);
  // Asked before the stack is synthesized, which takes a while.
  if (dynamodbEndpoint === undefined) findDynoxide();
  const assemblyDir = await assembly();
  note('Starting it …');
  const teamViewer = withTeamViewer ? await startLocalTeamViewer() : undefined;
  const env = { ...process.env, ...teamViewer?.environment };
  const stack = await startLocalStack({ assemblyDir, dataDir, port, env, log: note });
  const ended = Promise.withResolvers<number>();
  stack.failed.then((reason) => {
    note(reason);
    ended.resolve(1);
  });
  interrupted.signal.addEventListener('abort', () => ended.resolve(0));
  if (interrupted.signal.aborted) ended.resolve(0);
  else
    process.stdout.write(
      `ready ${stack.url}\nconsole ${stack.url}/console/\n${tryNext(stack.url)}${teamViewer?.introduce(stack.url) ?? ''}`,
    );
  const code = await ended.promise;
  await stack.stop();
  await teamViewer?.stop();
  return code;
};

try {
  process.exit(await main());
} catch (error) {
  if (interrupted.signal.aborted) process.exit(0);
  if (!(error instanceof StartError)) throw error;
  note(error.message);
  process.exit(1);
}
