/**
 * The local stack in a process of its own: `stack-process.ts ASSEMBLY_DIR DATA_DIR`. As `npm start` runs it, but for the
 * workers: each function keeps its own, as in Lambda, so that its memory can be followed from the start to the end.
 */
import { startLocalStack } from '../../local/stack.ts';

const WORKERS = { most: 200, mostOfOne: 4, keepIdleMs: Number.POSITIVE_INFINITY };

process.env['TZ'] = 'UTC';
const [assemblyDir = '', dataDir = ''] = process.argv.slice(2);
const stack = await startLocalStack({
  assemblyDir,
  dataDir,
  port: 0,
  workers: WORKERS,
  log: (line) => void process.stderr.write(`${line}\n`),
});
stack.failed.then((reason) => {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void stack.stop().then(() => process.exit(0)));
}
process.stdout.write(`ready ${stack.url}\n`);
