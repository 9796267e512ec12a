/**
 * Plants bugs into the product's rules, one at a time, and has the model look for each: a model that finds none of them
 * would find no bug of ours either. `node test/model/mutants.ts` ends with 1 where one is not caught.
 */
import { registerHooks } from 'node:module';
import { ASSISTANCE_MUTANTS } from './assistance-mutants.ts';
import type { Mutant } from './mutant.ts';
import { RESTART_MUTANTS } from './restart-mutants.ts';
import { explore, type Model } from './run.ts';

/** How long the model looks for one. */
const COMMANDS = 30_000;

let mutant: Mutant | undefined;

const QUERY = /\?mutant=\d+$/;

registerHooks({
  // A mutant has its own copy of every module of the project, so that each copy is of one mind.
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    const query = QUERY.exec(context.parentURL ?? '')?.[0];
    return query !== undefined && specifier.startsWith('.') ? { ...resolved, url: resolved.url + query } : resolved;
  },
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (!mutant || !QUERY.test(url) || !url.replace(QUERY, '').endsWith(mutant.file)) return loaded;
    const source = String(loaded.source);
    if (source.split(mutant.find).length !== 2) throw new Error(`${mutant.file} has not once: ${mutant.find}`);
    return { ...loaded, source: source.replace(mutant.find, () => mutant?.put ?? '') };
  },
});

/** @param file of the model that is to catch it */
const findDifference = async (planted: Mutant, file: string, index: number): Promise<string | undefined> => {
  mutant = planted;
  const { model } = (await import(`${file}?mutant=${index}`)) as { model: Model<unknown> };
  return (await explore(model, { commands: COMMANDS, seed: 1, shrink: false })).difference;
};

const ALL = [
  ...RESTART_MUTANTS.map((planted) => ({ planted, file: './restart-model.ts' })),
  ...ASSISTANCE_MUTANTS.map((planted) => ({ planted, file: './assistance-model.ts' })),
];

let missed = 0;
for (const [index, { planted, file }] of ALL.entries()) {
  const difference = await findDifference(planted, file, index);
  if (difference === undefined) missed += 1;
  const [reason = ''] = difference?.split('\n') ?? ['NOT CAUGHT'];
  process.stdout.write(`${planted.name}: ${reason}\n`);
}
process.stdout.write(`${ALL.length - missed} of ${ALL.length} planted bugs caught\n`);
process.exit(missed === 0 ? 0 : 1);
