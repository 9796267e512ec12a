/**
 * Deploys a stage so that a first deployment that fails can simply be repeated. What a stack made and what refuses to be
 * deleted would stand in the way of the next attempt; so a first deployment makes everything without protection, and
 * once it has succeeded a second one, which changes nothing else, protects it. Later deployments leave it protected.
 */
import { FIRST_DEPLOYMENT } from '../config.ts';
import type { DeployedStack } from '../deployed.ts';
import { stackName } from '../names.ts';

/** What CloudFormation knows, as far as it is needed here. */
export type Stacks = {
  find(name: string): Promise<Pick<DeployedStack, 'status' | 'isProtected'> | undefined>;
  /** Lets it be deleted. */
  unprotect(name: string): Promise<void>;
};

/** Runs `cdk` with these arguments, for a person to see. @returns its exit code */
export type RunCdk = (args: readonly string[]) => Promise<number>;

export type Deployment = {
  readonly stage: string;
  /** Whether the stage's data is protected, and so its stack. */
  readonly protectData: boolean;
  /** Of `cdk deploy`, beside the stage. */
  readonly cdkOptions: readonly string[];
};

/**
 * - `first`: there is no stack, or only a change set that nobody executed
 * - `again`: there is one whose creation failed; CDK deletes it and makes another
 * - `change`: there is one that was made
 */
export type Plan = { readonly kind: 'first' | 'again' | 'change' } | { readonly refused: string };

const CREATION_FAILED = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'];

export const planFor = (status: string | undefined): Plan => {
  if (status === undefined || status === 'REVIEW_IN_PROGRESS') return { kind: 'first' };
  if (CREATION_FAILED.includes(status)) return { kind: 'again' };
  if (status.endsWith('_IN_PROGRESS')) {
    return { refused: `It is ${status}: another deployment is under way. Wait until that has ended, then try again.` };
  }
  if (status === 'DELETE_FAILED') {
    return {
      refused: 'It is DELETE_FAILED: its deletion was begun and did not end. Delete it first, then deploy anew.',
    };
  }
  return { kind: 'change' };
};

/**
 * @param tell is given lines for a person
 * @returns the exit code
 */
export const deploy = async (
  { stage, protectData, cdkOptions }: Deployment,
  stacks: Stacks,
  runCdk: RunCdk,
  tell: (line: string) => void,
): Promise<number> => {
  const name = stackName(stage);
  const run = (...context: string[]) => runCdk(['deploy', '-c', `stage=${stage}`, ...context, ...cdkOptions]);
  const failed = (): number => {
    tell(`\nThe deployment failed, and what it had begun is rolled back. When the cause is gone, run this command again.
docs/deploy.md has more, under "When a deployment fails".`);
    return 1;
  };
  // A stage that protects nothing can be deleted and made anew at any time.
  if (!protectData) return (await run()) === 0 ? 0 : failed();

  const stack = await stacks.find(name);
  const plan = planFor(stack?.status);
  if ('refused' in plan) {
    tell(`The stack ${name} is left as it is. ${plan.refused}`);
    return 1;
  }
  if (plan.kind === 'change') return (await run()) === 0 ? 0 : failed();

  if (plan.kind === 'again') {
    tell(`The first deployment of ${name} failed (${stack?.status}): what is left of it is deleted, and made anew.`);
    if (stack?.isProtected) await stacks.unprotect(name);
  }
  if ((await run('-c', `${FIRST_DEPLOYMENT}=true`)) !== 0) return failed();
  tell(`\nThe stack ${name} is made. Now it, its tables and its accounts are protected from being deleted.`);
  if ((await run()) === 0) return 0;
  tell(`\nThe stage works, but is not protected yet: run this command again.`);
  return 1;
};
