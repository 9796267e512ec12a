/**
 * What AWS's services do for the stack in their own name: Lambda takes on a function's role; API Gateway, EventBridge
 * and SNS invoke and send, each where a policy on the target lets it, or as a role that trusts it. CloudFormation makes a
 * stack that lacks such a policy all the same, and then events get lost in silence; so this refuses to start.
 */
import { StartError } from '../errors.ts';
import { arn } from '../identity.ts';
import type { ApiModel, FunctionModel, Model, RuleModel, SubscriptionModel } from '../resources/model.ts';
import type { Access } from './access.ts';
import type { Authorizer } from './authorizer.ts';
import { denialMessage } from './denial.ts';
import { roleContext, serviceContext, serviceOf, sessionOf } from './principals.ts';
import { sendAction } from './sending.ts';

type Need = {
  readonly what: string;
  /** Such as `events.amazonaws.com`. */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** On whose behalf: the function, route, rule or topic. */
  readonly sourceArn: string;
  /** The role that the service takes on for it; without one it acts as itself. */
  readonly roleArn?: string;
};

const ofFunction = ({ logicalId, roleArn, arn: sourceArn }: FunctionModel): Need => ({
  what: `function ${logicalId} run`,
  service: 'lambda.amazonaws.com',
  action: 'sts:AssumeRole',
  resource: roleArn,
  sourceArn,
});

const ofApi = ({ id, routes }: ApiModel): Need[] =>
  routes.map(({ key, functionArn }) => ({
    what: `route ${key} reach its function`,
    service: 'apigateway.amazonaws.com',
    action: sendAction(functionArn),
    resource: functionArn,
    sourceArn: arn('execute-api', `${id}/$default/${key === '$default' ? key : key.replace(' ', '')}`),
  }));

const ofRule = ({ name, arn: sourceArn, targets }: RuleModel): Need[] => {
  const isSchedule = sourceArn.includes(':scheduler:');
  const service = isSchedule ? 'scheduler.amazonaws.com' : 'events.amazonaws.com';
  return targets.flatMap(({ id, arn: targetArn, roleArn, deadLetterArn }): Need[] => {
    const toTarget: Need = {
      what: `rule ${name} reach its target ${id}`,
      service,
      action: sendAction(targetArn),
      resource: targetArn,
      sourceArn,
      ...(roleArn !== undefined && { roleArn }),
    };
    if (deadLetterArn === undefined) return [toTarget];
    const { roleArn: _targetOnly, ...common } = toTarget;
    const toDeadLetters: Need = {
      ...(isSchedule ? toTarget : common),
      what: `the dead-letter queue of rule ${name} be reached`,
      action: sendAction(deadLetterArn),
      resource: deadLetterArn,
    };
    return [toTarget, toDeadLetters];
  });
};

/** Mail and the like need no policy. */
const ofSubscription = ({ topicArn, endpoint, protocol, deadLetterArn }: SubscriptionModel): Need[] => {
  const targets = [...(protocol === 'sqs' || protocol === 'lambda' ? [endpoint] : []), deadLetterArn];
  return targets
    .filter((target) => target !== undefined)
    .map((target) => ({
      what: `topic ${topicArn} reach ${target}`,
      service: 'sns.amazonaws.com',
      action: sendAction(target),
      resource: target,
      sourceArn: topicArn,
    }));
};

const refusalOf = (authorizer: Authorizer, need: Need): string | undefined => {
  const service = serviceOf(need.service);
  const itself = serviceContext(need.sourceArn);
  const refusal = (access: Access, principal = service, roleArn?: string): string | undefined => {
    const refused = authorizer.firstRefused([access], principal, roleArn);
    return refused && denialMessage(principal, refused.access, refused.why);
  };
  const { action, resource, roleArn } = need;
  if (roleArn === undefined) return refusal({ action, resource, context: itself });
  return (
    refusal({ action: 'sts:AssumeRole', resource: roleArn, context: itself }) ??
    refusal({ action, resource, context: roleContext(roleArn) }, sessionOf(roleArn, need.service), roleArn)
  );
};

/** Throws `StartError` for what a service of AWS's would be denied. */
export const checkServiceNeeds = (
  { functions, apis, rules, subscriptions }: Pick<Model, 'functions' | 'apis' | 'rules' | 'subscriptions'>,
  authorizer: Authorizer,
): void => {
  const needs = [
    ...[...functions.values()].map(ofFunction),
    ...[...apis.values()].flatMap(ofApi),
    ...rules.flatMap(ofRule),
    ...subscriptions.flatMap(ofSubscription),
  ];
  for (const need of needs) {
    const refusal = refusalOf(authorizer, need);
    if (refusal !== undefined) throw new StartError(`AWS would not let ${need.what}: ${refusal}`);
  }
};
