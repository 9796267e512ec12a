/** `npm run deploy -- --stage NAME`: deploys a stage, and protects it once its first deployment has succeeded. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { runCommand } from '../../lib/command-line.ts';
import { reasonOf } from '../../lib/reason.ts';
import { ConfigError, parseConfig } from '../config.ts';
import { CONTEXT } from '../context.ts';
import { findStack } from '../deployed.ts';
import { deploy, type RunCdk, type Stacks } from './deploy.ts';
import { type Options, readOptions, USAGE } from './options.ts';

const CDK = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const stacksOf = (client: CloudFormationClient): Stacks => ({
  find: (name) => findStack(client, name),
  unprotect: async (StackName) => {
    await client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
  },
});

/** Ctrl-C reaches CDK by itself; this process waits for it, to say what to do next. */
const runCdk =
  (region: string | undefined): RunCdk =>
  async (args) => {
    const env = { ...process.env, ...(region !== undefined && { AWS_REGION: region }) };
    const [code] = await once(spawn(process.execPath, [CDK, ...args], { stdio: 'inherit', env }), 'exit');
    return code ?? 1;
  };

const main = async ({ stage, region, yes }: Options): Promise<number> => {
  const { protectData } = parseConfig(stage, CONTEXT['stages']);
  const client = new CloudFormationClient(region === undefined ? {} : { region });
  const cdkOptions = yes ? ['--require-approval', 'never'] : [];
  return deploy({ stage, protectData, cdkOptions }, stacksOf(client), runCdk(region), tell);
};

process.on('SIGINT', () => undefined);
try {
  process.exitCode = await runCommand(USAGE, readOptions, main);
} catch (error) {
  if (error instanceof ConfigError) tell(error.message);
  else
    tell(
      `${(error as Error).name}: ${reasonOf(error)}\nNothing was changed. docs/deploy.md lists the rights that this command needs.`,
    );
  process.exitCode = 1;
}
