/** What the commands read of a stage's stack, of CloudFormation's answers. */
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { findStack } from '../../../infra/deployed.ts';

const client = new CloudFormationClient({ region: 'eu-central-1' });
const cloudFormation = mockClient(client);

beforeEach(() => cloudFormation.reset());

const failure = (name: string, message: string) =>
  new CloudFormationServiceException({ name, message, $fault: 'client', $metadata: {} });

test('its state, its protection and its outputs', async () => {
  cloudFormation.on(DescribeStacksCommand, { StackName: 'remote-assist-prod' }).resolves({
    Stacks: [
      {
        StackName: 'remote-assist-prod',
        CreationTime: new Date(0),
        StackStatus: 'UPDATE_COMPLETE',
        EnableTerminationProtection: true,
        Outputs: [{ OutputKey: 'ApiUrl', OutputValue: 'https://api.test' }],
      },
    ],
  });
  expect(await findStack(client, 'remote-assist-prod')).toEqual({
    status: 'UPDATE_COMPLETE',
    isProtected: true,
    outputs: { ApiUrl: 'https://api.test' },
  });
});

test('a stack that is not there is no error, and any other refusal is', async () => {
  cloudFormation
    .on(DescribeStacksCommand)
    .rejectsOnce(failure('ValidationError', 'Stack with id remote-assist-prod does not exist'))
    .rejects(failure('AccessDenied', 'User is not authorized to perform: cloudformation:DescribeStacks'));
  expect(await findStack(client, 'remote-assist-prod')).toBeUndefined();
  await expect(findStack(client, 'remote-assist-prod')).rejects.toThrow(/not authorized/);
});
