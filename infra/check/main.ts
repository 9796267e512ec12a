/** `npm run check -- --stage NAME`: whether everybody whom a stage names gets their mail. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SNSClient } from '@aws-sdk/client-sns';
import { runCommand } from '../../lib/command-line.ts';
import { reasonOf } from '../../lib/reason.ts';
import { ConfigError, parseConfig } from '../config.ts';
import { CONTEXT } from '../context.ts';
import { findStack } from '../deployed.ts';
import { stackName } from '../names.ts';
import { check } from './check.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { listEmailSubscriptions } from './subscriptions.ts';

const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const main = async ({ stage, region }: Options): Promise<number> => {
  const config = parseConfig(stage, CONTEXT['stages']);
  const where = region === undefined ? {} : { region };
  const stack = await findStack(new CloudFormationClient(where), stackName(stage));
  if (!stack) {
    process.stderr.write(`There is no stack ${stackName(stage)} in this account and region.\n`);
    return 1;
  }
  const sns = new SNSClient(where);
  return (await check(config, stack.outputs, (topicArn) => listEmailSubscriptions(sns, topicArn), tell)) ? 0 : 1;
};

try {
  process.exitCode = await runCommand(USAGE, readOptions, main);
} catch (error) {
  const why = error instanceof ConfigError ? error.message : `${(error as Error).name}: ${reasonOf(error)}`;
  process.stderr.write(`${why}\n`);
  process.exitCode = 1;
}
