/** Figures of the running local stack: its start, the calls that each operation makes, and its memory afterwards. */
import { describeCalls } from '../support/calls.ts';
import { settle, sweep } from '../support/control.ts';
import { type Cost, measureCosts } from '../support/costs.ts';
import { atMost, type Figure, info } from './figure.ts';
import { npmStart } from './npm-start.ts';
import { residentMb } from './process-tree.ts';

const START_SECONDS = 15;
const MEMORY_MB = 600;
/** Each walk enrols six devices, orders two restarts and asks for help once: it wakes nearly every function. */
const WALKS = 5;

const costFigure = ({ what, calls, target }: Cost): Figure => {
  const [measured, wanted] = [describeCalls(calls), describeCalls(target)];
  return { figure: `calls: ${what}`, measured, target: wanted, verdict: measured === wanted ? 'ok' : 'MISSED' };
};

const memory = (pid: number): Figure => {
  const figure = 'memory of npm start and all below it';
  if (process.platform !== 'linux') return info(figure, 'is measured on Linux only');
  return atMost(figure, residentMb(pid), MEMORY_MB, (value) => `${value.toFixed(0)} MB`);
};

export const localStack = async (dataDir: string): Promise<Figure[]> => {
  const stack = await npmStart(dataDir);
  try {
    const start = atMost(
      'npm start to ready',
      stack.startedAfterMs / 1000,
      START_SECONDS,
      (value) => `${value.toFixed(1)} s`,
    );
    const costs = await measureCosts(stack.url);
    for (let walk = 1; walk < WALKS; walk += 1) await measureCosts(stack.url);
    await sweep(stack.url);
    await settle(stack.url);
    return [...costs.map(costFigure), start, memory(stack.pid)];
  } finally {
    await stack.stop();
  }
};
