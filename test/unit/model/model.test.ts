/** Both lifecycles beside their specifications, through random histories; `npm run model` takes a million steps. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { model as assistance } from '../../model/assistance-model.ts';
import { model as restarts } from '../../model/restart-model.ts';
import { explore, type Model } from '../../model/run.ts';

const SEED = 20_261_123;

const check = async <Step>(model: Model<Step>): Promise<void> => {
  const { difference, coverage } = await explore(model, { commands: 10_000, seed: SEED });
  expect(difference).toBeUndefined();
  expect(coverage.rarerThan(1)).toEqual([]);
};

it('restarts do what their specification says, whatever happens when', { timeout: 180_000 }, () => check(restarts));

it('assistance does what its specification says, whatever happens when', { timeout: 180_000 }, () => check(assistance));

it('catches every bug that is planted', { timeout: 300_000 }, () => {
  const mutants = join(import.meta.dirname, '../../model/mutants.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [mutants], { encoding: 'utf8' });
  expect(stdout + stderr).not.toContain('NOT CAUGHT');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^(\d+) of \1 planted bugs caught$/m);
});
