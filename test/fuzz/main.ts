/**
 * `npm run fuzz`: generated requests, spread over the contract's operations, against a local stack of its own. Ends with 1
 * where an answer is not as it should be; its seed, operation and index make the same request again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operations } from '../../lib/api/operations.ts';
import { runCommand } from '../../lib/command-line.ts';
import { startLocalStack } from '../../local/stack.ts';
import { synthesize } from '../../local/synthesize.ts';
import { productAt } from '../integration/product/product.ts';
import { createWorlds, fuzzOperation } from './fuzz.ts';
import { type Options, readOptions, USAGE } from './options.ts';

const SHOWN = 20;

const fuzz = async ({ count, seed, operation, index: only }: Options): Promise<number> => {
  const chosen = operations.filter(({ id }) => operation === undefined || id === operation);
  // Of one operation as many as a whole run has of it, so that an index means the same in both.
  const each = Math.ceil(count / operations.length);
  const dir = mkdtempSync(join(tmpdir(), 'remote-assist-fuzz-'));
  const assemblyDir = join(dir, 'assembly');
  await synthesize(assemblyDir);
  const stack = await startLocalStack({ assemblyDir, dataDir: join(dir, 'data'), port: 0, schedules: false });
  const product = productAt(stack.url);
  let requests = 0;
  let found = 0;
  try {
    process.stdout.write(`seed ${seed}\n`);
    const worlds = await createWorlds(product, chosen);
    for (const op of chosen) {
      const { byStatus, findings } = await fuzzOperation(product, worlds, op, { count: each, seed, only });
      const statuses = [...byStatus].sort(([a], [b]) => a - b).map(([status, count]) => `${count}× ${status}`);
      process.stdout.write(`${op.id}: ${statuses.join(', ')}\n`);
      requests += [...byStatus.values()].reduce((sum, count) => sum + count, 0);
      found += findings.length;
      for (const { index, request, faults } of findings.slice(0, SHOWN)) {
        process.stdout.write(`  --operation ${op.id} --index ${index}: ${faults.join('; ')}\n`);
        if (only !== undefined) process.stdout.write(`  ${JSON.stringify(request)}\n`);
      }
    }
  } finally {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  process.stdout.write(`${requests} requests, ${found} findings\n`);
  return found === 0 ? 0 : 1;
};

process.exit(await runCommand(USAGE, readOptions, fuzz));
