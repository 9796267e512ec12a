/** Roles and their policies: what each function may do. */
import * as z from 'zod';
import { ACCOUNT, generatedName, PARTITION } from '../identity.ts';
import { irrelevant, propertiesOf, type ResourceHandler } from './handler.ts';
import type { PolicyStatement } from './model.ts';

const Document = z.object({
  Statement: z
    .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))])
    .transform((statements): PolicyStatement[] => [statements].flat()),
});

const RoleProperties = z.strictObject({
  RoleName: z.string().optional(),
  AssumeRolePolicyDocument: irrelevant,
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: Document })).default([]),
  ManagedPolicyArns: irrelevant,
  Description: irrelevant,
  MaxSessionDuration: irrelevant,
  Path: irrelevant,
  PermissionsBoundary: irrelevant,
  Tags: irrelevant,
});

export const role: ResourceHandler = (input) => {
  const properties = propertiesOf(RoleProperties, input);
  const name = properties.RoleName ?? generatedName(input.model.stackName, input.logicalId, 64);
  const roleArn = `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}`;
  input.model.roles.set(
    roleArn,
    properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  );
  return { ref: name, attributes: { Arn: roleArn, RoleId: name } };
};

const PolicyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: Document,
  Roles: z.array(z.string()).default([]),
  Users: irrelevant,
  Groups: irrelevant,
});

export const policy: ResourceHandler = (input) => {
  const { PolicyName, PolicyDocument, Roles } = propertiesOf(PolicyProperties, input);
  for (const name of Roles) {
    input.model.roles.get(`arn:${PARTITION}:iam::${ACCOUNT}:role/${name}`)?.push(...PolicyDocument.Statement);
  }
  return { ref: PolicyName };
};
