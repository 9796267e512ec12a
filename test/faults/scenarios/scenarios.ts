/** All scenarios: together they make every call that any function makes. */
import { assistanceScenarios } from './assistance.ts';
import { deviceScenarios } from './devices.ts';
import { restartScenarios } from './restarts.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [...deviceScenarios, ...assistanceScenarios, ...restartScenarios];
