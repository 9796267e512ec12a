/** A stage's stack as it stands in the account, for the commands that look before they act. */
import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';

export type DeployedStack = {
  /** Such as `CREATE_COMPLETE`. */
  readonly status: string;
  /** Whether it refuses to be deleted. */
  readonly isProtected: boolean;
  /** By their keys. */
  readonly outputs: Readonly<Record<string, string>>;
};

/** CloudFormation has no error of its own for a stack that is not there. */
const isMissingStack = (error: unknown): boolean =>
  error instanceof CloudFormationServiceException &&
  error.name === 'ValidationError' &&
  /does not exist/.test(error.message);

/** @returns `undefined` where there is none of that name */
export const findStack = async (client: CloudFormationClient, name: string): Promise<DeployedStack | undefined> => {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (!stack) return undefined;
    const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
    return {
      status: stack.StackStatus ?? 'UNKNOWN',
      isProtected: stack.EnableTerminationProtection ?? false,
      outputs: Object.fromEntries(outputs),
    };
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw error;
  }
};
