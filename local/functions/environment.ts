/** A function's environment: its synthesized variables, and those that the Lambda runtime and this gateway add. */
import { createHash } from 'node:crypto';
import { REGION } from '../identity.ts';
import type { FunctionModel } from '../resources/model.ts';

/** By which the AWS gateway knows who calls. The same in every run. */
export const accessKeyId = ({ arn }: Pick<FunctionModel, 'arn'>): string =>
  `LOCAL${createHash('sha256').update(arn).digest('hex').slice(0, 15).toUpperCase()}`;

export type EnvironmentOptions = {
  /** Where the AWS gateway listens. */
  awsEndpoint: string;
  /** Replaces the function's variables of the same name, and adds none. */
  overrides: Readonly<Record<string, string>>;
  /** Text to replace wherever it stands in a value: the API's address on AWS by the local one. */
  replacements: ReadonlyMap<string, string>;
};

/** The whole environment of `model`; nothing of the runner's own reaches a function. */
export const functionEnvironment = (model: FunctionModel, options: EnvironmentOptions): Record<string, string> => {
  const own = Object.entries({ ...model.environment }).map(([name, value]) => {
    let replaced = options.overrides[name] ?? value;
    for (const [from, to] of options.replacements) replaced = replaced.replaceAll(from, to);
    return [name, replaced];
  });
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId(model),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: model.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${model.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: model.codeDir,
    _HANDLER: model.handler,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    // Every service, the ones without an engine too: nothing here may reach AWS.
    AWS_ENDPOINT_URL: options.awsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: options.awsEndpoint,
    AWS_ENDPOINT_URL_SQS: options.awsEndpoint,
    AWS_ENDPOINT_URL_SNS: options.awsEndpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: options.awsEndpoint,
  };
};
