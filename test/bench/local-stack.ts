/** Figures of the running local stack: its start, the calls that each operation makes, and its memory afterwards. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../lib/api/client.ts';
import { poll } from '../../lib/api/restarts.ts';
import { describeCalls } from '../support/calls.ts';
import { adminToken, settle, sweep } from '../support/control.ts';
import { type Cost, measureCosts } from '../support/costs.ts';
import { enrollDevices, pollBody } from '../support/enroll.ts';
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

const EMPTY_POLLS = 10;

/** What a poll of nothing leaves in its function's log. */
const logOfEmptyPolls = async (url: string, dataDir: string): Promise<Figure> => {
  const log = join(dataDir, 'logs', 'agent-poll.log');
  const bytes = (): number => statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const admin = createClient({ baseUrl: url, token: await adminToken(url) });
  const [device] = await enrollDevices(url, admin, 1);
  const before = bytes();
  for (let number = 0; number < EMPTY_POLLS; number += 1) await device?.call(poll, pollBody('boot-of-the-bench'));
  return atMost(`log of ${EMPTY_POLLS} empty polls`, bytes() - before, 0, (value) => `${value} bytes`);
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
    const log = await logOfEmptyPolls(stack.url, dataDir);
    return [...costs.map(costFigure), log, start, memory(stack.pid)];
  } finally {
    await stack.stop();
  }
};
