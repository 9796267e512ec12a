/** Restarts, as `run.ts` drives them. */
import { Coverage } from './coverage.ts';
import { RestartRun } from './restart-run.ts';
import { TASK_TRANSITIONS } from './restart-spec.ts';
import { type Step, step } from './restart-steps.ts';
import type { Model } from './run.ts';

export const model: Model<Step> = {
  step,
  newCoverage: () => new Coverage(TASK_TRANSITIONS),
  begin: (coverage) => new RestartRun(coverage),
};
