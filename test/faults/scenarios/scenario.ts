/** A short story that makes some of the functions' calls, and says itself how it must end. */
import type { Walk } from '../walk.ts';

export type Scenario = {
  readonly name: string;
  run(walk: Walk): Promise<void>;
};
