/** Deploying a stage, on an account that is made up and does what CDK and CloudFormation do with a stack's protection. */
import { beforeEach, describe, expect, test } from 'vitest';
import { deploy, planFor, type RunCdk, type Stacks } from '../../../../infra/deploy/deploy.ts';
import { readOptions } from '../../../../infra/deploy/options.ts';
import { UsageError } from '../../../../lib/command-line.ts';

const NAME = 'remote-assist-prod';

/** One stack: CDK sets its protection before it makes or changes it, and cannot replace a failed one that is protected. */
class Account {
  stack: { status: string; isProtected: boolean } | undefined;
  /** How many of the next deployments fail on the way. */
  failures = 0;
  /** Whether the stage, as it is synthesized, protects its stack. */
  protects = true;
  readonly runs: string[] = [];
  looks = 0;

  readonly stacks: Stacks = {
    find: async (name) => {
      this.looks += 1;
      expect(name).toBe(NAME);
      return this.stack;
    },
    unprotect: async () => {
      if (this.stack) this.stack.isProtected = false;
    },
  };

  readonly runCdk: RunCdk = async (args) => {
    this.runs.push(args.join(' '));
    if (this.stack?.status.startsWith('ROLLBACK_')) {
      if (this.stack.isProtected) return 1;
      this.stack = undefined;
    }
    const verb = this.stack ? 'UPDATE' : 'CREATE';
    const isProtected = this.protects && !args.includes('firstDeployment=true');
    const fails = this.failures > 0;
    this.failures = Math.max(0, this.failures - 1);
    const rolledBack = verb === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
    this.stack = { status: fails ? rolledBack : `${verb}_COMPLETE`, isProtected };
    return fails ? 1 : 0;
  };
}

let account: Account;
let told: string[];

beforeEach(() => {
  account = new Account();
  told = [];
});

const deployProd = (protectData = true, cdkOptions: string[] = []) =>
  deploy({ stage: 'prod', protectData, cdkOptions }, account.stacks, account.runCdk, (line) => told.push(line));

test('a first deployment protects the stack after it has succeeded, and not before', async () => {
  expect(await deployProd(true, ['--require-approval', 'never'])).toBe(0);
  expect(account.runs).toEqual([
    'deploy -c stage=prod -c firstDeployment=true --require-approval never',
    'deploy -c stage=prod --require-approval never',
  ]);
  expect(account.stack).toMatchObject({ isProtected: true });
});

test('a first deployment that failed is repeated by the same command', async () => {
  account.failures = 1;
  expect(await deployProd()).toBe(1);
  expect(account.stack).toEqual({ status: 'ROLLBACK_COMPLETE', isProtected: false });
  expect(told.join('\n')).toMatch(/run this command again.*When a deployment fails/s);
  expect(await deployProd()).toBe(0);
  expect(account.stack).toEqual({ status: 'UPDATE_COMPLETE', isProtected: true });
});

test('one that `cdk deploy` by itself left protected is repeated too', async () => {
  account.failures = 1;
  expect(await account.runCdk(['deploy', '-c', 'stage=prod'])).toBe(1);
  expect(account.stack).toEqual({ status: 'ROLLBACK_COMPLETE', isProtected: true });
  expect(await account.runCdk(['deploy', '-c', 'stage=prod'])).toBe(1);
  expect(await deployProd()).toBe(0);
  expect(account.stack).toMatchObject({ isProtected: true });
  expect(told[0]).toContain(`The first deployment of ${NAME} failed (ROLLBACK_COMPLETE)`);
});

test('a stack that is there stays protected, whether its change succeeds or fails', async () => {
  account.stack = { status: 'CREATE_COMPLETE', isProtected: true };
  account.failures = 1;
  expect(await deployProd()).toBe(1);
  expect(account.stack.isProtected).toBe(true);
  expect(await deployProd()).toBe(0);
  expect(account.runs).toEqual(['deploy -c stage=prod', 'deploy -c stage=prod']);
  expect(account.stack.isProtected).toBe(true);
});

test('where only the protection failed, running it again protects', async () => {
  const { runCdk } = account;
  let runs = 0;
  const failing: RunCdk = (args) => {
    runs += 1;
    return runs === 2 ? Promise.resolve(1) : runCdk(args);
  };
  const deployment = { stage: 'prod', protectData: true, cdkOptions: [] };
  expect(await deploy(deployment, account.stacks, failing, (line) => told.push(line))).toBe(1);
  expect(told.at(-1)).toContain('not protected yet: run this command again');
  expect(account.stack).toEqual({ status: 'CREATE_COMPLETE', isProtected: false });
  expect(await deployProd()).toBe(0);
  expect(account.stack).toMatchObject({ isProtected: true });
});

test('a stage that protects nothing is deployed at once, and nobody is asked about it', async () => {
  account.protects = false;
  account.failures = 1;
  expect(await deployProd(false)).toBe(1);
  expect(await deployProd(false)).toBe(0);
  expect([account.looks, account.runs]).toEqual([0, ['deploy -c stage=prod', 'deploy -c stage=prod']]);
});

describe('is refused, and nothing is run, while the stack is', () => {
  test.each([
    ['CREATE_IN_PROGRESS', /another deployment is under way/],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', /another deployment is under way/],
    ['DELETE_IN_PROGRESS', /another deployment is under way/],
    ['DELETE_FAILED', /Delete it first/],
  ])('%s', async (status, message) => {
    account.stack = { status, isProtected: false };
    expect(await deployProd()).toBe(1);
    expect(account.runs).toEqual([]);
    expect(told.join('\n')).toMatch(message);
  });
});

test.each([
  [undefined, 'first'],
  ['REVIEW_IN_PROGRESS', 'first'],
  ['CREATE_FAILED', 'again'],
  ['ROLLBACK_FAILED', 'again'],
  ['CREATE_COMPLETE', 'change'],
  ['UPDATE_ROLLBACK_FAILED', 'change'],
])('of a stack that is %s the plan is: %s', (status, kind) => {
  expect(planFor(status)).toEqual({ kind });
});

describe('the command line', () => {
  test('takes a stage, a region and --yes', () => {
    expect(readOptions(['--stage', 'prod'])).toEqual({ stage: 'prod', yes: false });
    expect(readOptions(['--stage', 'prod', '--region', 'eu-central-1', '--yes'])).toEqual({
      stage: 'prod',
      region: 'eu-central-1',
      yes: true,
    });
  });

  test.each([[[]], [['--stage', 'Prod']], [['--stage', 'prod', '--force']]])('refuses %j', (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});
