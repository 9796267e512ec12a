/** Secrets: `AWS::SecretsManager::Secret`, without a value until somebody puts one. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { arn, generatedName } from '../identity.ts';
import { irrelevant, propertiesOf, type ResourceHandler } from './handler.ts';

const Properties = z.strictObject({
  Name: z.string().optional(),
  Description: irrelevant,
  KmsKeyId: irrelevant,
  Tags: irrelevant,
});

/** What AWS puts behind a secret's name, so that a secret made anew under an old name has another ARN. */
const suffixOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 6);

export const secret: ResourceHandler = (input) => {
  const properties = propertiesOf(Properties, input);
  const name = properties.Name ?? generatedName(input.model.stackName, input.logicalId, 512);
  const secretArn = arn('secretsmanager', `secret:${name}-${suffixOf(name)}`);
  input.model.secrets.push({ name, arn: secretArn });
  return { ref: secretArn, attributes: { Id: secretArn } };
};
