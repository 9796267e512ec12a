/** Assistance, as `run.ts` drives it. */
import { AssistanceRun } from './assistance-run.ts';
import { REQUEST_TRANSITIONS } from './assistance-spec.ts';
import { type Step, step } from './assistance-steps.ts';
import { Coverage } from './coverage.ts';
import type { Model } from './run.ts';

export const model: Model<Step> = {
  step,
  newCoverage: () => new Coverage(REQUEST_TRANSITIONS),
  begin: (coverage) => new AssistanceRun(coverage),
};
