/** The HTTP API: its stage, routes, integrations and JWT authorizers. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { arn } from '../identity.ts';
import { boolean, irrelevant, number, propertiesOf, type ResourceHandler, type ResourceInput } from './handler.ts';
import { type ApiModel, type AuthorizerModel, functionByArn, type Model, type ThrottleModel } from './model.ts';

/** Integrations and authorizers are parts of an API that only its routes name. */
type Parts = {
  integrations: Map<string, { functionArn: string; timeoutMs: number }>;
  authorizers: Map<string, AuthorizerModel>;
};
const partsOf = new WeakMap<Model, Parts>();
const parts = (model: Model): Parts => {
  const known = partsOf.get(model) ?? { integrations: new Map(), authorizers: new Map() };
  partsOf.set(model, known);
  return known;
};

const apiOf = ({ model, type, logicalId }: ResourceInput, id: string): ApiModel => {
  const found = model.apis.get(id);
  if (!found) throw new StartError(`${type} ${logicalId} belongs to the API ${id}, which is not in the stack.`);
  return found;
};

const ApiProperties = z.strictObject({
  Name: z.string().optional(),
  ProtocolType: z.literal('HTTP'),
  Description: irrelevant,
  DisableExecuteApiEndpoint: irrelevant,
  IpAddressType: irrelevant,
  Tags: irrelevant,
});

export const api: ResourceHandler = (input) => {
  propertiesOf(ApiProperties, input);
  const id = createHash('sha256').update(`${input.model.stackName}/${input.logicalId}`).digest('hex').slice(0, 10);
  input.model.apis.set(id, { id, routes: [], routeThrottles: new Map() });
  return { ref: id, attributes: { ApiId: id, ApiEndpoint: input.apiUrl } };
};

const IntegrationProperties = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  IntegrationMethod: irrelevant,
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: number.default(30_000),
  Description: irrelevant,
});

export const integration: ResourceHandler = (input) => {
  const properties = propertiesOf(IntegrationProperties, input);
  // The URI is a function's ARN, or that ARN within API Gateway's own `…:path/2015-03-31/functions/<arn>/invocations`.
  const uri = /functions\/(.+)\/invocations$/.exec(properties.IntegrationUri)?.[1] ?? properties.IntegrationUri;
  const target = functionByArn(input.model, uri);
  if (!target) throw new StartError(`Integration ${input.logicalId} is to ${uri}, which is no function of the stack.`);
  parts(input.model).integrations.set(input.logicalId, {
    functionArn: target.arn,
    timeoutMs: properties.TimeoutInMillis,
  });
  return { ref: input.logicalId, attributes: { IntegrationId: input.logicalId } };
};

const AuthorizerProperties = z.strictObject({
  ApiId: z.string(),
  AuthorizerType: z.literal('JWT'),
  IdentitySource: z.array(z.string()).length(1),
  JwtConfiguration: z.strictObject({ Issuer: z.string(), Audience: z.array(z.string()).default([]) }),
  Name: irrelevant,
});

export const authorizer: ResourceHandler = (input) => {
  const { JwtConfiguration, IdentitySource } = propertiesOf(AuthorizerProperties, input);
  parts(input.model).authorizers.set(input.logicalId, {
    issuer: JwtConfiguration.Issuer,
    audience: JwtConfiguration.Audience,
    identitySource: IdentitySource[0] ?? '$request.header.Authorization',
  });
  return { ref: input.logicalId, attributes: { AuthorizerId: input.logicalId } };
};

const RouteProperties = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT']).default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  ApiKeyRequired: z.literal(false).optional(),
  OperationName: irrelevant,
});

export const route: ResourceHandler = (input) => {
  const properties = propertiesOf(RouteProperties, input);
  const { integrations, authorizers } = parts(input.model);
  const target = integrations.get(properties.Target.replace(/^integrations\//, ''));
  if (!target)
    throw new StartError(`Route ${properties.RouteKey} goes to ${properties.Target}, which is not in the stack.`);
  const guard = authorizers.get(properties.AuthorizerId ?? '');
  if (properties.AuthorizationType === 'JWT' && !guard) {
    throw new StartError(`Route ${properties.RouteKey} wants a JWT, and names no authorizer of the stack.`);
  }
  apiOf(input, properties.ApiId).routes.push({
    key: properties.RouteKey,
    ...target,
    scopes: properties.AuthorizationScopes,
    ...(properties.AuthorizationType === 'JWT' && guard && { authorizer: guard }),
  });
  return { ref: input.logicalId, attributes: { RouteId: input.logicalId } };
};

const RouteSettings = z.strictObject({
  ThrottlingRateLimit: number.optional(),
  ThrottlingBurstLimit: number.optional(),
  DetailedMetricsEnabled: irrelevant,
  DataTraceEnabled: irrelevant,
  LoggingLevel: irrelevant,
});

/** An account's own limits in a region, where the stage sets none. */
const throttle = (settings: z.infer<typeof RouteSettings>): ThrottleModel => ({
  ratePerSecond: settings.ThrottlingRateLimit ?? 10_000,
  burst: settings.ThrottlingBurstLimit ?? 5_000,
});

const StageProperties = z.strictObject({
  ApiId: z.string(),
  StageName: z.literal('$default', 'must be $default: the local API has no stage in its path'),
  AutoDeploy: boolean.optional(),
  DefaultRouteSettings: RouteSettings.optional(),
  RouteSettings: z.record(z.string(), RouteSettings).default({}),
  AccessLogSettings: irrelevant,
  Description: irrelevant,
  Tags: irrelevant,
});

export const stage: ResourceHandler = (input) => {
  const properties = propertiesOf(StageProperties, input);
  const owner = apiOf(input, properties.ApiId);
  if (properties.DefaultRouteSettings) owner.defaultThrottle = throttle(properties.DefaultRouteSettings);
  for (const [key, settings] of Object.entries(properties.RouteSettings))
    owner.routeThrottles.set(key, throttle(settings));
  return {
    ref: properties.StageName,
    attributes: { Arn: arn('apigateway', `/apis/${properties.ApiId}/stages/$default`) },
  };
};
