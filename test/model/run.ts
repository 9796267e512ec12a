/** Many random histories through the product and its specification; the shortest one that differs is what is told. */
import fc from 'fast-check';
import { RestartRun, type Step, step } from './restart-steps.ts';

export type ModelOptions = {
  /** How many steps in all, about. */
  readonly commands: number;
  readonly seed: number;
  /** Look for a shorter history that differs too. Default: yes. */
  readonly shrink?: boolean;
};

const LONGEST = 200;

const run = async (steps: readonly Step[]): Promise<void> => {
  const history = new RestartRun();
  for (const one of steps) await history.apply(one);
  await history.finish();
};

/** So many histories are asked for at a time. */
const ROUND = 50;

/** @returns the difference that was found, with the steps that lead to it; nothing where there is none */
export const findDifference = async ({ commands, seed, shrink = true }: ModelOptions): Promise<string | undefined> => {
  let done = 0;
  const histories = fc.asyncProperty(fc.array(step, { maxLength: LONGEST, size: 'max' }), async (steps) => {
    done += steps.length;
    await run(steps);
  });
  for (let round = 0; done < commands; round += 1) {
    const found = await fc.check(histories, { numRuns: ROUND, seed: seed + round, endOnFailure: !shrink });
    if (!found.failed) continue;
    const [steps = []] = found.counterexample ?? [];
    const error = found.errorInstance;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${reason}\n${steps.map((one) => `  ${JSON.stringify(one)}`).join('\n')}`;
  }
  return undefined;
};
