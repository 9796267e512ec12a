/** Functions, their versions and aliases, and how they are invoked asynchronously. */
import { existsSync } from 'node:fs';
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { arn, generatedName } from '../identity.ts';
import { irrelevant, number, propertiesOf, type ResourceHandler, type ResourceInput } from './handler.ts';
import { functionByArn } from './model.ts';

const FunctionProperties = z.strictObject({
  FunctionName: z.string().optional(),
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs\d+\.x$/),
  Role: z.string(),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  ReservedConcurrentExecutions: number.optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  Architectures: irrelevant,
  Description: irrelevant,
  EphemeralStorage: irrelevant,
  KmsKeyArn: irrelevant,
  LoggingConfig: z.object({ LogGroup: z.string().optional() }).optional(),
  RecursiveLoop: irrelevant,
  SnapStart: irrelevant,
  Tags: irrelevant,
  TracingConfig: irrelevant,
});

/** The construct's id, which is what people call the function: `AgentPoll` of `Stack/AgentPoll/Resource`. */
const friendlyName = ({ logicalId, resource }: ResourceInput, functionName: string | undefined): string => {
  const path = resource.Metadata?.['aws:cdk:path'];
  if (typeof path === 'string') {
    const parts = path.split('/').filter((part) => part !== 'Resource' && part !== 'Default');
    const last = parts.at(-1);
    if (last !== undefined) return last;
  }
  return functionName ?? logicalId.replace(/[0-9A-F]{8}$/, '');
};

export const lambdaFunction: ResourceHandler = (input) => {
  const properties = propertiesOf(FunctionProperties, input);
  const codeDir = input.assembly.assets.get(properties.Code.S3Key);
  if (codeDir === undefined || !existsSync(codeDir)) {
    throw new StartError(`The code of ${input.logicalId} is not in the assembly: synthesize the stack again.`);
  }
  const functionName = properties.FunctionName ?? generatedName(input.model.stackName, input.logicalId, 64);
  const functionArn = arn('lambda', `function:${functionName}`);
  const reserved = properties.ReservedConcurrentExecutions;
  const logGroup = properties.LoggingConfig?.LogGroup;
  input.model.functions.set(functionArn, {
    logicalId: input.logicalId,
    name: friendlyName(input, properties.FunctionName),
    functionName,
    arn: functionArn,
    roleArn: properties.Role,
    handler: properties.Handler,
    codeDir,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    environment: properties.Environment?.Variables ?? {},
    ...(logGroup !== undefined && { logGroup }),
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
    ...(properties.DeadLetterConfig && { deadLetterArn: properties.DeadLetterConfig.TargetArn }),
    async: { maxRetries: 2, maxAgeSeconds: 21_600 },
  });
  return { ref: functionName, attributes: { Arn: functionArn } };
};

/** The function that a resource of the template is for. Throws `StartError` where the stack has none of that name. */
export const functionOf = (input: ResourceInput, nameOrArn: string) => {
  const found = functionByArn(
    input.model,
    nameOrArn.startsWith('arn:') ? nameOrArn : arn('lambda', `function:${nameOrArn}`),
  );
  if (!found)
    throw new StartError(`${input.type} ${input.logicalId} is for ${nameOrArn}, which is no function of the stack.`);
  return found;
};

const Destination = z.object({ Destination: z.string() }).optional();
const InvokeConfigProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: irrelevant,
  MaximumRetryAttempts: number.optional(),
  MaximumEventAgeInSeconds: number.optional(),
  DestinationConfig: z.strictObject({ OnFailure: Destination, OnSuccess: Destination }).optional(),
});

export const eventInvokeConfig: ResourceHandler = (input) => {
  const properties = propertiesOf(InvokeConfigProperties, input);
  const { async } = functionOf(input, properties.FunctionName);
  if (properties.MaximumRetryAttempts !== undefined) async.maxRetries = properties.MaximumRetryAttempts;
  if (properties.MaximumEventAgeInSeconds !== undefined) async.maxAgeSeconds = properties.MaximumEventAgeInSeconds;
  const { OnFailure, OnSuccess } = properties.DestinationConfig ?? {};
  if (OnFailure) async.onFailureArn = OnFailure.Destination;
  if (OnSuccess) async.onSuccessArn = OnSuccess.Destination;
  return { ref: input.logicalId };
};

/** A version or an alias runs the one code there is. */
export const version: ResourceHandler = (input) => {
  const { arn: functionArn } = functionOf(input, String(input.properties['FunctionName']));
  return { ref: `${functionArn}:1`, attributes: { Version: '1', FunctionArn: functionArn } };
};

export const alias: ResourceHandler = (input) => {
  const name = String(input.properties['Name']);
  const aliasArn = `${functionOf(input, String(input.properties['FunctionName'])).arn}:${name}`;
  return { ref: aliasArn, attributes: { AliasArn: aliasArn } };
};
