/** CloudFormation's limits on a stack, which a stage may reach by how many people and webhooks it tells. */
import { CfnResource, type Stack } from 'aws-cdk-lib';
import { ConfigError } from './config.ts';

const MOST_RESOURCES = 500;

/** @throws ConfigError where the stack has more resources than CloudFormation takes */
export const checkSize = (stack: Stack, stage: string): void => {
  const count = stack.node.findAll().filter(CfnResource.isCfnResource).length;
  if (count <= MOST_RESOURCES) return;
  throw new ConfigError(
    `Stage ${stage} would be a stack of ${count} resources, and CloudFormation takes ${MOST_RESOURCES}. Each address of alertEmails and operationsEmails is one, each webhook eight: name a mailing list, or have one receiver pass alerts on.`,
  );
};
