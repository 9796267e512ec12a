/** The fixture stack's template: small, but with every kind of resource that the local stack runs. */
import type { FixtureFunction } from './fixture-functions.ts';

export const ISSUER = 'https://oidc.fixture.local';
export const AUDIENCE = 'fixture';

type Resource = { Type: string; Properties: Record<string, unknown>; Metadata?: Record<string, unknown> };
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const fn = (
  name: FixtureFunction,
  environment: Record<string, unknown>,
  properties: Record<string, unknown> = {},
): Resource => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it.
    Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: `${name}.zip` },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: arnOf('Role'),
    Timeout: 10,
    Environment: { Variables: environment },
    ...properties,
  },
  Metadata: { 'aws:cdk:path': `Fixture/${name}/Resource` },
});

const allow = (actions: string[], resource: unknown) => ({ Effect: 'Allow', Action: actions, Resource: resource });
const STREAM_ACTIONS = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
  (action) => `dynamodb:${action}`,
);

const route = (key: string, target: string, properties: Record<string, unknown> = {}): Resource => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    RouteKey: key,
    Target: { 'Fn::Join': ['/', ['integrations', { Ref: target }]] },
    ...properties,
  },
});

const integration = (logicalId: string, properties: Record<string, unknown> = {}): Resource => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId: { Ref: 'Api' },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: arnOf(logicalId),
    PayloadFormatVersion: '2.0',
    ...properties,
  },
});

/** Lets a service of AWS's do something to a resource, on behalf of another. */
const letService = (service: string, action: string, resource: unknown, source: unknown) => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: action,
  Resource: resource,
  Condition: { ArnEquals: { 'aws:SourceArn': source } },
});

const permission = (logicalId: string, service: string, source: unknown): Resource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: arnOf(logicalId),
    Principal: service,
    SourceArn: source,
  },
});
const API_ROUTES = {
  'Fn::Join': [
    ':',
    [
      'arn:aws:execute-api',
      { Ref: 'AWS::Region' },
      { Ref: 'AWS::AccountId' },
      { 'Fn::Join': ['/', [{ Ref: 'Api' }, '*']] },
    ],
  ],
};

const queue = (properties: Record<string, unknown> = {}): Resource => ({
  Type: 'AWS::SQS::Queue',
  Properties: properties,
});

/** `files(name)`: where the function `name` records, and what controls it. */
export const fixtureTemplate = (
  files: (name: FixtureFunction) => Record<string, string>,
): { Resources: Record<string, Resource> } => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'Policy',
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Statement: [
            allow(['dynamodb:PutItem'], arnOf('Table')),
            allow(STREAM_ACTIONS, { 'Fn::GetAtt': ['Table', 'StreamArn'] }),
            allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('Work')),
            allow(['sqs:SendMessage'], [arnOf('StreamFailures'), arnOf('EventFailures')]),
          ],
        },
      },
    },
    Http: fn(
      'http',
      { ...files('http'), API_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, WEBHOOK_URL: 'https://hooks.example' },
      { Timeout: 2 },
    ),
    Writer: fn('writer', { ...files('writer'), TABLE_NAME: { Ref: 'Table' } }),
    Streams: fn('streams', files('streams')),
    Queues: fn('queues', files('queues')),
    Events: fn('events', files('events')),
    Ticks: fn('ticks', files('ticks')),

    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'fixture', ProtocolType: 'HTTP' } },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: { Ref: 'Api' },
        StageName: '$default',
        AutoDeploy: true,
        RouteSettings: { 'GET /throttled': { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 } },
      },
    },
    HttpPermission: permission('Http', 'apigateway.amazonaws.com', API_ROUTES),
    WriterPermission: permission('Writer', 'apigateway.amazonaws.com', API_ROUTES),
    HttpIntegration: integration('Http'),
    HurriedIntegration: integration('Http', { TimeoutInMillis: 300 }),
    WriterIntegration: integration('Writer'),
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: { Ref: 'Api' },
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: ISSUER, Audience: [AUDIENCE] },
        Name: 'admins',
      },
    },
    OpenRoute: route('GET /open', 'HttpIntegration'),
    PostRoute: route('POST /open', 'HttpIntegration'),
    ParameterRoute: route('GET /things/{id}', 'HttpIntegration'),
    HurriedRoute: route('GET /hurried', 'HurriedIntegration'),
    ThrottledRoute: route('GET /throttled', 'HttpIntegration'),
    WriterRoute: route('POST /items', 'WriterIntegration'),
    AdminRoute: route('GET /admin', 'HttpIntegration', {
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: 'Authorizer' },
    }),

    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: [{ Region: { Ref: 'AWS::Region' } }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    },
    StreamFailures: queue(),
    StreamMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Streams' },
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        BatchSize: 10,
        StartingPosition: 'LATEST',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: 2,
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT","REMOVE"]}' }] },
        DestinationConfig: { OnFailure: { Destination: arnOf('StreamFailures') } },
      },
    },

    DeadLetters: queue(),
    Inbox: queue({ RedrivePolicy: { deadLetterTargetArn: arnOf('DeadLetters'), maxReceiveCount: 2 } }),
    Work: queue({ VisibilityTimeout: 1 }),
    WorkMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: arnOf('Queues'),
        EventSourceArn: arnOf('Work'),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },

    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Statement: [letService('events.amazonaws.com', 'sns:Publish', { Ref: 'Topic' }, arnOf('Rule'))],
        },
      },
    },
    TopicQueue: queue(),
    TopicQueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'TopicQueue' }],
        PolicyDocument: {
          Statement: [letService('sns.amazonaws.com', 'sqs:SendMessage', arnOf('TopicQueue'), { Ref: 'Topic' })],
        },
      },
    },
    TopicSubscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Topic' },
        Protocol: 'sqs',
        Endpoint: arnOf('TopicQueue'),
        RawMessageDelivery: true,
      },
    },

    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'fixture' } },
    EventFailures: queue(),
    EventInvoke: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Events' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: arnOf('EventFailures') } },
      },
    },
    EventsPermission: permission('Events', 'events.amazonaws.com', arnOf('Rule')),
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['fixture'], 'detail-type': [{ prefix: 'Wanted' }] },
        State: 'ENABLED',
        Targets: [
          { Id: 'function', Arn: arnOf('Events') },
          {
            Id: 'topic',
            Arn: { Ref: 'Topic' },
            InputTransformer: { InputPathsMap: { id: '$.detail.id' }, InputTemplate: '"Seen <id>"' },
          },
        ],
      },
    },
    TicksPermission: permission('Ticks', 'events.amazonaws.com', arnOf('Minute')),
    Minute: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        State: 'ENABLED',
        Targets: [{ Id: 'ticks', Arn: arnOf('Ticks') }],
      },
    },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
  },
});
