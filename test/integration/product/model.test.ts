/** Both lifecycles with callers at once and functions that are killed; `npm run model -- --stack` makes far more calls. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTeamViewerFake, type TeamViewerFake } from '../../fakes/teamviewer/fake.ts';
import { Difference } from '../../model/difference.ts';
import { PLANTS, plant } from '../../model/stack/plants.ts';
import { onboard, StackRun } from '../../model/stack/stack-run.ts';
import { type OwnStack, startOwnStack } from '../support/stack.ts';

/** Always the same, so that a run that passes says something of the next one. */
const SEED = 20_261_126;
const CALLS = 20;

let fake: TeamViewerFake;
let stack: OwnStack;

beforeAll(async () => {
  fake = await startTeamViewerFake();
  stack = await startOwnStack({ env: { TEAMVIEWER_API_URL: fake.apiUrl, TEAMVIEWER_LOGIN_URL: fake.loginUrl } });
  await onboard(stack, fake);
});
afterAll(async () => {
  await stack.remove();
  await fake.stop();
});

it('answers callers at once as if they had come one after the other, whatever is killed', {
  timeout: 240_000,
}, async () => {
  const { calls, unanswered } = await new StackRun(stack, fake, SEED).run(CALLS);
  expect(calls).toBeGreaterThanOrEqual(CALLS);
  expect(unanswered).toBeGreaterThan(0);
});

/** `npm run model -- --stack --planted` looks for the others too. */
it.each(PLANTS.slice(0, 3))('finds that $name', { timeout: 240_000 }, async (planted) => {
  const takeOut = plant(stack, planted);
  try {
    await expect(new StackRun(stack, fake, 3, 1).run(300)).rejects.toThrow(Difference);
  } finally {
    takeOut();
  }
});
