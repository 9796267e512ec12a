/** What the template describes, in the terms of the runner: plain data, made without touching any engine. */

export type FunctionModel = {
  logicalId: string;
  /** What people call it: the construct's id. */
  name: string;
  functionName: string;
  arn: string;
  roleArn: string;
  /** `file.export` within `codeDir`. */
  handler: string;
  codeDir: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Readonly<Record<string, string>>;
  /** Its name, where it is not the function's own. */
  logGroup?: string;
  reservedConcurrency?: number;
  deadLetterArn?: string;
  /** How an asynchronous invocation is retried, and where it goes when it keeps failing. */
  async: { maxRetries: number; maxAgeSeconds: number; onFailureArn?: string; onSuccessArn?: string };
};

export type TableModel = {
  name: string;
  arn: string;
  /** Members of a `CreateTable` request. */
  definition: {
    KeySchema: KeyElement[];
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    GlobalSecondaryIndexes: { IndexName: string; KeySchema: KeyElement[]; Projection: Record<string, unknown> }[];
  };
  streamViewType?: string;
  streamArn?: string;
  ttlAttribute?: string;
};
export type KeyElement = { AttributeName: string; KeyType: string };

export type QueueModel = { name: string; arn: string; url: string; attributes: Record<string, string> };
export type SecretModel = { name: string; arn: string };
export type TopicModel = { name: string; arn: string };
export type SubscriptionModel = {
  topicArn: string;
  protocol: string;
  endpoint: string;
  raw: boolean;
  /** Of the messages' attributes: what it lets through. */
  filter?: Record<string, unknown>;
  deadLetterArn?: string;
};

export type TargetInput =
  | { kind: 'whole' }
  | { kind: 'constant'; json: string }
  | { kind: 'path'; path: string }
  | { kind: 'transformer'; paths: Readonly<Record<string, string>>; template: string };

export type TargetModel = {
  id: string;
  arn: string;
  input: TargetInput;
  /** What the rule takes on to reach it. */
  roleArn?: string;
  deadLetterArn?: string;
  retry: { maxAttempts: number; maxAgeSeconds: number };
};

export type RuleModel = {
  name: string;
  arn: string;
  busName: string;
  enabled: boolean;
  pattern?: Record<string, unknown>;
  schedule?: string;
  targets: TargetModel[];
};

export type MappingModel = {
  logicalId: string;
  functionArn: string;
  sourceArn: string;
  batchSize: number;
  startingPosition: string;
  filters: Record<string, unknown>[];
  reportsItemFailures: boolean;
  bisects: boolean;
  /** -1: for as long as the record lives. */
  maxRetries: number;
  maxAgeSeconds: number;
  maxConcurrency: number;
  onFailureArn?: string;
};

export type AuthorizerModel = { issuer: string; audience: string[]; identitySource: string };
export type RouteModel = {
  /** `GET /things/{id}`, or `$default`. */
  key: string;
  functionArn: string;
  timeoutMs: number;
  authorizer?: AuthorizerModel;
  scopes: string[];
};
export type ThrottleModel = { ratePerSecond: number; burst: number };
export type ApiModel = {
  id: string;
  routes: RouteModel[];
  defaultThrottle?: ThrottleModel;
  routeThrottles: Map<string, ThrottleModel>;
};

/** Where a rule posts to. */
export type ApiDestinationModel = {
  name: string;
  endpoint: string;
  method: string;
  headers: Readonly<Record<string, string>>;
};

/** A statement of a policy, as IAM writes it. */
export type PolicyStatement = Record<string, unknown>;

export type Model = {
  stackName: string;
  functions: Map<string, FunctionModel>;
  tables: TableModel[];
  queues: QueueModel[];
  topics: TopicModel[];
  secrets: SecretModel[];
  subscriptions: SubscriptionModel[];
  /** Names; `default` is always there. */
  buses: Set<string>;
  /** By ARN. */
  apiDestinations: Map<string, ApiDestinationModel>;
  rules: RuleModel[];
  mappings: MappingModel[];
  apis: Map<string, ApiModel>;
  /** From a role's ARN to what it allows. */
  roles: Map<string, PolicyStatement[]>;
  /** From a resource's ARN to the policy that is on it. */
  resourcePolicies: Map<string, PolicyStatement[]>;
};

export const emptyModel = (stackName: string): Model => ({
  stackName,
  functions: new Map(),
  tables: [],
  queues: [],
  topics: [],
  secrets: [],
  subscriptions: [],
  buses: new Set(['default']),
  apiDestinations: new Map(),
  rules: [],
  mappings: [],
  apis: new Map(),
  roles: new Map(),
  resourcePolicies: new Map(),
});

/** The function that `arn` names, with or without a version or alias behind it. */
export const functionByArn = (model: Pick<Model, 'functions'>, arn: string): FunctionModel | undefined =>
  model.functions.get(arn.split(':').slice(0, 7).join(':'));
