/**
 * `npm run remove -- --stage NAME`: what is left of a stage after `cdk destroy`. The devices' inboxes are deleted, and
 * what is kept on purpose is told. A command and not a custom resource of the stack: Lambda ends after 15 minutes and
 * CloudFormation waits for an hour, in which a million queues are not deleted, and a person sees here how far it is.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { runCommand } from '../../lib/command-line.ts';
import { inboxPrefix, stackName } from '../names.ts';
import { countInboxes, deleteInboxes, stackIsThere } from './inboxes.ts';
import { findKept } from './kept.ts';
import { type Options, readOptions, USAGE } from './options.ts';

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const stillThere = (
  stage: string,
): string => `The stack ${stackName(stage)} is still there, and would make inboxes again. Destroy it first:
  npx cdk destroy -c stage=${stage}
A stage whose data is protected refuses that until you say:
  aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${stackName(stage)}
If it was destroyed within the last minute, try again: SQS lists its queues for so long.`;

const removeInboxes = async (sqs: SQSClient, { stage, yes }: Options): Promise<void> => {
  if (!yes) {
    tell(`${await countInboxes(sqs, stage)} inboxes, ${inboxPrefix(stage)}…: add --yes to delete them.`);
    return;
  }
  const deleted = await deleteInboxes(sqs, stage, { progress: (count) => tell(`${count} inboxes deleted …`) });
  tell(`${deleted} inboxes deleted, and none is left.`);
};

const remove = async (options: Options): Promise<number> => {
  const { stage, region } = options;
  // Throttled calls are made again, more and more slowly, for as long as it takes many of them to get through.
  const config = { retryMode: 'adaptive', maxAttempts: 10, ...(region && { region }) };
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  const where = await sqs.config.region();
  tell(`Stage ${stage} in ${where}`);
  if (await stackIsThere(sqs, stage)) {
    tell(stillThere(stage));
    return 1;
  }
  await removeInboxes(sqs, options);
  const clients = { dynamodb: new DynamoDBClient(config), secrets: new SecretsManagerClient(config) };
  const { tables, secrets, commands } = await findKept(clients, stage);
  tell(
    `\nThere are ${tables.length} tables and ${secrets.length} secrets of this stage, and perhaps log groups and a user pool. DynamoDB keeps a
backup of a deleted table for 35 days, Secrets Manager a secret for 30. These commands delete them all, for ever:\n`,
  );
  // Whatever is configured where they are run.
  for (const command of [`export AWS_REGION=${where}`, ...commands]) process.stdout.write(`${command}\n`);
  return 0;
};

try {
  process.exitCode = await runCommand(USAGE, readOptions, remove);
} catch (error) {
  const { name, message } = error as Error;
  tell(`${name}: ${message}\nRun it again to go on.`);
  process.exitCode = 1;
}
