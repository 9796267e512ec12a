/** Many random histories through the product and its specification; the shortest one that differs is what is told. */
import fc from 'fast-check';
import type { Coverage } from './coverage.ts';

/** A history under way: the product and the specification, side by side. */
export type History<Step> = {
  /** @throws Difference */
  apply(step: Step): Promise<void>;
  /** Lets everything come to its end, and looks at what is left. */
  finish(): Promise<void>;
};

export type Model<Step> = {
  readonly step: fc.Arbitrary<Step>;
  newCoverage(): Coverage;
  begin(coverage: Coverage): History<Step>;
};

export type ModelOptions = {
  /** How many steps in all, about. */
  readonly commands: number;
  readonly seed: number;
  /** Look for a shorter history that differs too. Default: yes. */
  readonly shrink?: boolean;
  /** Hears of each round, with the steps until then. */
  readonly onProgress?: (done: number) => void;
};

export type Findings = {
  /** The difference that was found, with the steps that lead to it; nothing where there is none. */
  readonly difference: string | undefined;
  readonly coverage: Coverage;
  /** The steps that were taken. */
  readonly commands: number;
};

const LONGEST = 200;

/** So many histories are asked for at a time. */
const ROUND = 50;

const told = (error: unknown, steps: readonly unknown[]): string => {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${reason}\n${steps.map((one) => `  ${JSON.stringify(one)}`).join('\n')}`;
};

export const explore = async <Step>(
  model: Model<Step>,
  { commands, seed, shrink = true, onProgress }: ModelOptions,
): Promise<Findings> => {
  const coverage = model.newCoverage();
  let done = 0;
  const histories = fc.asyncProperty(fc.array(model.step, { maxLength: LONGEST, size: 'max' }), async (steps) => {
    done += steps.length;
    const history = model.begin(coverage);
    for (const one of steps) await history.apply(one);
    await history.finish();
  });
  for (let round = 0; done < commands; round += 1) {
    const found = await fc.check(histories, { numRuns: ROUND, seed: seed + round, endOnFailure: !shrink });
    if (found.failed) {
      const [steps = []] = found.counterexample ?? [];
      return { difference: told(found.errorInstance, steps), coverage, commands: done };
    }
    onProgress?.(done);
  }
  return { difference: undefined, coverage, commands: done };
};
