/**
 * Roles and their policies: what each function may do. And the policies on resources: who may take on a role, invoke a
 * function, use a queue or a topic.
 */
import * as z from 'zod';
import { ACCOUNT, arn, generatedName, PARTITION } from '../identity.ts';
import { irrelevant, propertiesOf, type ResourceHandler } from './handler.ts';
import { functionOf } from './lambda.ts';
import type { Model, PolicyStatement } from './model.ts';

const Document = z.object({
  Statement: z
    .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))])
    .transform((statements): PolicyStatement[] => [statements].flat()),
});

/** AWS's own policies are not in the template, so what they allow is not known here. */
const noneOfAws = z.array(z.never('A managed policy of AWS’s: grant what is needed by itself.')).optional();

const RoleProperties = z.strictObject({
  RoleName: z.string().optional(),
  AssumeRolePolicyDocument: Document,
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: Document })).default([]),
  ManagedPolicyArns: noneOfAws,
  Description: irrelevant,
  MaxSessionDuration: irrelevant,
  Path: irrelevant,
  Tags: irrelevant,
});

const addPolicy = ({ resourcePolicies }: Model, resourceArn: string, statements: readonly PolicyStatement[]): void => {
  resourcePolicies.set(resourceArn, [...(resourcePolicies.get(resourceArn) ?? []), ...statements]);
};

const roleArnOf = (name: string): string => `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}`;

export const role: ResourceHandler = (input) => {
  const properties = propertiesOf(RoleProperties, input);
  const name = properties.RoleName ?? generatedName(input.model.stackName, input.logicalId, 64);
  input.model.roles.set(
    roleArnOf(name),
    properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  );
  // Who may take it on.
  addPolicy(input.model, roleArnOf(name), properties.AssumeRolePolicyDocument.Statement);
  return { ref: name, attributes: { Arn: roleArnOf(name), RoleId: name } };
};

const PolicyProperties = z.strictObject({
  PolicyName: z.string().optional(),
  PolicyDocument: Document,
  Roles: z.array(z.string()).default([]),
  ManagedPolicyName: irrelevant,
  Description: irrelevant,
  Path: irrelevant,
  Users: irrelevant,
  Groups: irrelevant,
});

/** A policy of its own, made for the roles that it names. */
export const policy: ResourceHandler = (input) => {
  const { PolicyName = input.logicalId, PolicyDocument, Roles } = propertiesOf(PolicyProperties, input);
  for (const name of Roles) input.model.roles.get(roleArnOf(name))?.push(...PolicyDocument.Statement);
  return { ref: PolicyName };
};

const QueuePolicyProperties = z.strictObject({ Queues: z.array(z.string()), PolicyDocument: Document });

export const queuePolicy: ResourceHandler = (input) => {
  const { Queues, PolicyDocument } = propertiesOf(QueuePolicyProperties, input);
  for (const url of Queues) {
    addPolicy(input.model, arn('sqs', url.slice(url.lastIndexOf('/') + 1)), PolicyDocument.Statement);
  }
  return { ref: input.logicalId };
};

const TopicPolicyProperties = z.strictObject({ Topics: z.array(z.string()), PolicyDocument: Document });

export const topicPolicy: ResourceHandler = (input) => {
  const { Topics, PolicyDocument } = propertiesOf(TopicPolicyProperties, input);
  for (const topicArn of Topics) addPolicy(input.model, topicArn, PolicyDocument.Statement);
  return { ref: input.logicalId };
};

const PermissionProperties = z.strictObject({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

const principalOf = (principal: string): unknown => {
  if (principal === '*') return principal;
  return principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal };
};

/** A statement of the policy on a function, in a spelling of Lambda's own. */
export const permission: ResourceHandler = (input) => {
  const { FunctionName, Action, Principal, SourceArn, SourceAccount } = propertiesOf(PermissionProperties, input);
  const { arn: functionArn } = functionOf(input, FunctionName);
  const Condition = {
    ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
    ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
  };
  const statement = { Effect: 'Allow', Action, Principal: principalOf(Principal), Resource: functionArn, Condition };
  addPolicy(input.model, functionArn, [statement]);
  return { ref: input.logicalId };
};
