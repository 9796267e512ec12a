/** The adapter for the system that the agent runs on. */
import { Refusal } from '../refusal.ts';
import { linux } from './linux.ts';
import { macos } from './macos.ts';
import type { Platform } from './platform.ts';
import { windows } from './windows.ts';

/** @throws Refusal on a system that the agent has no adapter for */
export const currentPlatform = (name: NodeJS.Platform): Platform => {
  if (name === 'linux') return linux();
  if (name === 'win32') return windows();
  if (name === 'darwin') return macos();
  throw new Refusal(`The agent does not run on ${name}.`);
};
