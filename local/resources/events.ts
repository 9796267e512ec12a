/** Event buses, their rules, and schedules. */
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { checkSchedule } from '../events/cron.ts';
import { checkPattern } from '../events/pattern.ts';
import { arn, generatedName, nameFromArn, serviceOfArn } from '../identity.ts';
import { irrelevant, json, number, propertiesOf, type ResourceHandler, type ResourceInput } from './handler.ts';
import { functionByArn, type TargetInput, type TargetModel } from './model.ts';

const BusProperties = z.strictObject({
  Name: z.string(),
  Description: irrelevant,
  DeadLetterConfig: irrelevant,
  KmsKeyIdentifier: irrelevant,
  LogConfig: irrelevant,
  Tags: irrelevant,
});

export const eventBus: ResourceHandler = (input) => {
  const { Name } = propertiesOf(BusProperties, input);
  input.model.buses.add(Name);
  return { ref: Name, attributes: { Name, Arn: arn('events', `event-bus/${Name}`) } };
};

const Target = z.strictObject({
  Id: z.string().default('target'),
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .strictObject({ MaximumRetryAttempts: number.optional(), MaximumEventAgeInSeconds: number.optional() })
    .optional(),
  RoleArn: z.string().optional(),
});

const targetInput = ({ Input, InputPath, InputTransformer }: z.infer<typeof Target>): TargetInput => {
  if (Input !== undefined) return { kind: 'constant', json: Input };
  if (InputPath !== undefined) return { kind: 'path', path: InputPath };
  if (!InputTransformer) return { kind: 'whole' };
  return { kind: 'transformer', paths: InputTransformer.InputPathsMap, template: InputTransformer.InputTemplate };
};

const readTarget = ({ model, type, logicalId }: ResourceInput, target: z.infer<typeof Target>): TargetModel => {
  const known = {
    lambda: functionByArn(model, target.Arn),
    sqs: model.queues.find((queue) => queue.arn === target.Arn),
    sns: model.topics.find((topic) => topic.arn === target.Arn),
    events:
      model.apiDestinations.get(target.Arn) ??
      (model.buses.has(target.Arn.slice(target.Arn.lastIndexOf('/') + 1)) || undefined),
  }[serviceOfArn(target.Arn)];
  if (!known) {
    throw new StartError(
      `${type} ${logicalId} sends to ${target.Arn}: the local stack sends to functions, queues, topics, buses and API destinations of the stack.`,
    );
  }
  const { MaximumRetryAttempts: maxAttempts = 185, MaximumEventAgeInSeconds: maxAgeSeconds = 86_400 } =
    target.RetryPolicy ?? {};
  const deadLetterArn = target.DeadLetterConfig?.Arn;
  return {
    id: target.Id,
    arn: target.Arn,
    input: targetInput(target),
    retry: { maxAttempts, maxAgeSeconds },
    ...(target.RoleArn !== undefined && { roleArn: target.RoleArn }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  };
};

const RuleProperties = z.strictObject({
  Name: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: json.optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(Target).default([]),
  Description: irrelevant,
  RoleArn: irrelevant,
  Tags: irrelevant,
});

export const rule: ResourceHandler = (input) => {
  const properties = propertiesOf(RuleProperties, input);
  const { EventPattern: pattern, ScheduleExpression: schedule } = properties;
  const name = properties.Name ?? generatedName(input.model.stackName, input.logicalId, 64);
  const bus = properties.EventBusName.includes('/') ? properties.EventBusName.split('/')[1] : properties.EventBusName;
  const ruleArn = arn('events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
  if (pattern) checkPattern(pattern, `the pattern of rule ${input.logicalId}`, 'events');
  if (schedule !== undefined) checkSchedule(schedule, input.logicalId);
  if (bus === undefined || !input.model.buses.has(bus)) {
    throw new StartError(
      `Rule ${input.logicalId} is on the bus ${nameFromArn(properties.EventBusName)}, which is not in the stack.`,
    );
  }
  input.model.rules.push({
    name,
    arn: ruleArn,
    busName: bus,
    enabled: properties.State === 'ENABLED',
    targets: properties.Targets.map((target) => readTarget(input, target)),
    ...(pattern && { pattern }),
    ...(schedule !== undefined && { schedule }),
  });
  return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: ruleArn } };
};

const ScheduleProperties = z.strictObject({
  Name: z.string().optional(),
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: Target.omit({ Id: true, InputPath: true, InputTransformer: true }),
  ScheduleExpressionTimezone: z.literal('UTC').or(z.literal('Etc/UTC')).optional(),
  FlexibleTimeWindow: irrelevant,
  GroupName: irrelevant,
  Description: irrelevant,
  KmsKeyArn: irrelevant,
});

export const schedule: ResourceHandler = (input) => {
  const properties = propertiesOf(ScheduleProperties, input);
  checkSchedule(properties.ScheduleExpression, input.logicalId);
  const name = properties.Name ?? generatedName(input.model.stackName, input.logicalId, 64);
  const scheduleArn = arn('scheduler', `schedule/default/${name}`);
  const { Input = '{}', ...target } = properties.Target;
  input.model.rules.push({
    name,
    arn: scheduleArn,
    busName: 'default',
    enabled: properties.State === 'ENABLED',
    schedule: properties.ScheduleExpression,
    targets: [readTarget(input, { ...target, Id: 'target', Input })],
  });
  return { ref: name, attributes: { Arn: scheduleArn } };
};

const GroupProperties = z.looseObject({ Name: z.string().optional() });
export const scheduleGroup: ResourceHandler = (input) => {
  const name = propertiesOf(GroupProperties, input).Name ?? input.logicalId;
  return { ref: name, attributes: { Arn: arn('scheduler', `schedule-group/${name}`) } };
};
