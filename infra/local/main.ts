/** `npm start`: synthesizes the stack, runs it on this machine, and says where. */
import { StartError } from './errors.ts';
import { readSettings } from './settings.ts';
import { startLocalStack } from './stack.ts';
import { ASSEMBLY_DIR, synthesize } from './synthesize.ts';
import { tryNext } from './try-next.ts';

// Lambda runs in UTC; workers take the time zone of the process.
process.env['TZ'] = 'UTC';

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const main = async (): Promise<number> => {
  const ended = Promise.withResolvers<number>();
  const interrupted = () => ended.resolve(0);
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  const { port, dataDir } = readSettings(process.env);
  const assemblyDir = process.env['LOCAL_ASSEMBLY_DIR'] || ASSEMBLY_DIR;
  if (assemblyDir === ASSEMBLY_DIR) {
    note('Synthesizing the stack …');
    await synthesize(assemblyDir);
  }
  note('Starting it …');
  const stack = await startLocalStack({ assemblyDir, dataDir, port, env: process.env, log: note });
  stack.failed.then((reason) => {
    note(reason);
    ended.resolve(1);
  });
  process.stdout.write(`ready ${stack.url}\n${tryNext(stack.url)}`);
  const code = await ended.promise;
  await stack.stop();
  return code;
};

try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  note(error.message);
  process.exit(1);
}
