/** `npm run demo`: the whole story on a stack of its own, which is gone afterwards. Exits with 0 when all went as told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../lib/api/client.ts';
import { StartError } from '../errors.ts';
import { startLocalStack } from '../stack.ts';
import { synthesize } from '../synthesize.ts';
import { stopAgents } from './agent.ts';
import { tellStory } from './story.ts';
import { underWay } from './tell.ts';

// Lambda runs in UTC; workers take the time zone of the process.
process.env['TZ'] = 'UTC';

const main = async (root: string, cleanUps: (() => unknown)[]): Promise<void> => {
  const assemblyDir = join(root, 'assembly');
  await underWay('Synthesizing the stack', synthesize(assemblyDir));
  const starting = startLocalStack({ assemblyDir, dataDir: join(root, 'data'), port: 0 });
  const stack = await underWay('Starting it', starting);
  cleanUps.push(() => stack.stop(), stopAgents);
  const admin = async (role: string, subject: string) => {
    const response = await fetch(`${stack.url}/__local/token`, {
      method: 'POST',
      body: JSON.stringify({ roles: [role], subject }),
    });
    const { token } = (await response.json()) as { token: string };
    return createClient({ baseUrl: stack.url, token });
  };
  await tellStory({
    url: stack.url,
    stateDir: join(root, 'agent'),
    admin: await admin('admin', 'Linus'),
    helpdesk: await admin('helpdesk', 'Grace'),
    operator: await admin('operator', 'Grace'),
  });
};

const root = mkdtempSync(join(tmpdir(), 'remote-assist-demo-'));
const cleanUps: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true })];
const cleanUp = async (): Promise<void> => {
  for (const undo of cleanUps.splice(0).reverse()) await undo();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => cleanUp().finally(() => process.exit(130)));
}
try {
  await main(root, cleanUps);
} catch (error) {
  process.stderr.write(
    `\nThe demo broke off: ${error instanceof StartError ? error.message : (error as Error).stack}\n`,
  );
  process.exitCode = 1;
} finally {
  await cleanUp();
}
process.exit();
