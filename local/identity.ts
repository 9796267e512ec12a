/** The account, region and names that everything in the local stack carries. */
import { createHash } from 'node:crypto';

export const ACCOUNT = '000000000000';
export const REGION = 'eu-central-1';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/** An ARN of this stack's account and region. */
export const arn = (service: string, resource: string): string =>
  `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** The last part of an ARN: a queue's, topic's or function's name. */
export const nameFromArn = (value: string): string => value.slice(value.lastIndexOf(':') + 1);

/** The service of an ARN, such as `sqs`. */
export const serviceOfArn = (value: string): string => value.split(':')[2] ?? '';

export const queueUrl = (name: string): string => `https://sqs.${REGION}.${URL_SUFFIX}/${ACCOUNT}/${name}`;

/** The name of a resource that the template does not name: the same in every run. At most `maximum` characters. */
export const generatedName = (stackName: string, logicalId: string, maximum: number): string => {
  const name = `${stackName}-${logicalId}`;
  if (name.length <= maximum) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, maximum - 9)}-${hash}`;
};
