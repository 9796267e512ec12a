/** `postpone`, `reject` and `restart-now`: what the person at the PC wants of the restart that they were warned of. */
import { type Choice, lifeOf, POSTPONE_MINUTES } from '../person/choice.ts';
import { Refusal } from '../refusal.ts';
import { taskFile } from '../state/task-file.ts';
import { type OptionsOf, wholeNumber } from './arguments.ts';
import { askAgent, runningAgent } from './ask-agent.ts';
import type { Context } from './context.ts';

const choose = async (context: Context, choice: Choice): Promise<void> => {
  const task = (await taskFile(context.stateDir).read())?.task;
  if (task?.stage !== 'received' && task?.stage !== 'acknowledged') throw new Refusal('No restart is waiting.');
  if ((await runningAgent(context)) === undefined) {
    throw new Refusal(
      `The agent does not run (on ${context.stateDir}), so nothing is restarted and nobody can be told.`,
    );
  }
  await askAgent(context, choice, lifeOf(task));
};

export const postpone = (context: Context, options: OptionsOf<'postpone'>): Promise<void> => {
  const minutes = wholeNumber(options.minutes, 'minutes', { min: 1, max: 720, fallback: POSTPONE_MINUTES });
  return choose(context, { kind: 'postpone', minutes });
};

export const reject = (context: Context): Promise<void> => choose(context, { kind: 'reject' });

export const restartNow = (context: Context): Promise<void> => choose(context, { kind: 'restartNow' });
