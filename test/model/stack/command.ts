/** `npm run model -- --stack`: the model on a stack of its own, which is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, startLocalStack } from '../../../local/stack.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { startTeamViewerFake, type TeamViewerFake } from '../../fakes/teamviewer/fake.ts';
import { WORKERS } from '../../integration/support/stack.ts';
import { Difference } from '../difference.ts';
import type { Options } from '../options.ts';
import { PLANTS, plant } from './plants.ts';
import { onboard, StackRun } from './stack-run.ts';

type Print = (line: string) => void;

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 1000);

const onOwnStack = async (use: (stack: LocalStack, fake: TeamViewerFake) => Promise<boolean>): Promise<boolean> => {
  const dir = mkdtempSync(join(tmpdir(), 'remote-assist-model-'));
  const assemblyDir = join(dir, 'assembly');
  await synthesize(assemblyDir);
  const fake = await startTeamViewerFake();
  const env = { TEAMVIEWER_API_URL: fake.apiUrl, TEAMVIEWER_LOGIN_URL: fake.loginUrl };
  const workers = { ...WORKERS, mostOfOne: 4 };
  const options = { dataDir: join(dir, 'data'), port: 0, schedules: false, firstRetryMs: 20, workers, env };
  const stack = await startLocalStack({ assemblyDir, ...options });
  try {
    await onboard(stack, fake);
    return await use(stack, fake);
  } finally {
    await stack.stop();
    await fake.stop();
    rmSync(dir, { recursive: true, force: true });
  }
};

/** @returns whether the stack does what the specifications say */
export const runOnStack = ({ commands, seed }: Options, print: Print): Promise<boolean> =>
  onOwnStack(async (stack, fake) => {
    const began = performance.now();
    try {
      const { calls, rounds, unanswered, told } = await new StackRun(stack, fake, seed).run(commands);
      for (const [what, count] of [...told].sort()) print(`${String(count).padStart(10)}  ${what}`);
      print(
        `${calls} calls in ${rounds} rounds, ${unanswered} without an answer, in ${secondsSince(began)} s: no difference`,
      );
      return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      print(error.stack ?? error.message);
      return false;
    }
  });

/** @returns whether each planted bug is found */
export const lookForPlanted = ({ commands, seed }: Options, print: Print): Promise<boolean> =>
  onOwnStack(async (stack, fake) => {
    let missed = 0;
    for (const planted of PLANTS) {
      const takeOut = plant(stack, planted);
      const began = performance.now();
      try {
        await new StackRun(stack, fake, seed).run(commands);
        missed += 1;
        print(`${planted.name}: NOT CAUGHT`);
      } catch (error) {
        if (!(error instanceof Difference)) throw error;
        print(`${planted.name}: ${error.message.split('\n')[0]} (${secondsSince(began)} s)`);
      } finally {
        takeOut();
      }
    }
    print(`${PLANTS.length - missed} of ${PLANTS.length} planted bugs caught`);
    return missed === 0;
  });
