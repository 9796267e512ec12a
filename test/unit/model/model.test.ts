/** Restarts beside their specification, through random histories; `npm run model` takes a million steps. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findDifference } from '../../model/run.ts';

it('restarts do what their specification says, whatever happens when', { timeout: 60_000 }, async () => {
  expect(await findDifference({ commands: 15_000, seed: 20_261_123 })).toBeUndefined();
});

it('catches every bug that is planted', { timeout: 120_000 }, () => {
  const mutants = join(import.meta.dirname, '../../model/mutants.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [mutants], { encoding: 'utf8' });
  expect(stdout + stderr).not.toContain('NOT CAUGHT');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^(\d+) of \1 planted bugs caught$/m);
});
