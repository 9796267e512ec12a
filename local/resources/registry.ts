/** Which handler reads which type of resource. A type that is not here is refused by name. */
import { arn, generatedName } from '../identity.ts';
import * as api from './api.ts';
import { table } from './dynamodb.ts';
import { eventBus, rule, schedule, scheduleGroup } from './events.ts';
import type { ResourceHandler } from './handler.ts';
import { permission, policy, queuePolicy, role, topicPolicy } from './iam.ts';
import { alias, eventInvokeConfig, lambdaFunction, version } from './lambda.ts';
import { eventSourceMapping } from './mappings.ts';
import { secret } from './secretsmanager.ts';
import { subscription, topic } from './sns.ts';
import { queue } from './sqs.ts';
import { apiDestination, connection } from './webhooks.ts';

/** Resources that do nothing on one machine, but may be referred to. */
const nothing: ResourceHandler = ({ logicalId, type }) => {
  const resourceArn = arn(type.split('::')[1]?.toLowerCase() ?? 'none', logicalId);
  return { ref: logicalId, attributes: { Arn: resourceArn, KeyId: logicalId } };
};

const logGroup: ResourceHandler = ({ logicalId, properties, model }) => {
  const name = String(properties['LogGroupName'] ?? generatedName(model.stackName, logicalId, 512));
  return { ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } };
};

export const RESOURCE_HANDLERS: Readonly<Record<string, ResourceHandler>> = {
  'AWS::ApiGatewayV2::Api': api.api,
  'AWS::ApiGatewayV2::Authorizer': api.authorizer,
  'AWS::ApiGatewayV2::Integration': api.integration,
  'AWS::ApiGatewayV2::Route': api.route,
  'AWS::ApiGatewayV2::Stage': api.stage,
  'AWS::CDK::Metadata': nothing,
  'AWS::CloudWatch::Alarm': nothing,
  'AWS::CloudWatch::CompositeAlarm': nothing,
  'AWS::CloudWatch::Dashboard': nothing,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::ApiDestination': apiDestination,
  'AWS::Events::Connection': connection,
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::Rule': rule,
  'AWS::IAM::ManagedPolicy': policy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::KMS::Alias': nothing,
  'AWS::KMS::Key': nothing,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::Version': version,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::Logs::MetricFilter': nothing,
  'AWS::Logs::ResourcePolicy': nothing,
  'AWS::SNS::Subscription': subscription,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
  'AWS::SecretsManager::Secret': secret,
};
