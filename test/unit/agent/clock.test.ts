/** The system's clock: what it does with a time that passed while something else was done. */
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../../../agent/clock.ts';

it('sleeps for no time, and without a warning of Node, where the moment has passed', async () => {
  const warnings: string[] = [];
  const listen = ({ name }: Error) => void warnings.push(name);
  process.on('warning', listen);
  await systemClock.sleep(-0.3);
  await setImmediate();
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});
