/** The API has exactly the contract's operations, each with the right guard and the right function behind it. */
import { randomUUID } from 'node:crypto';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { CONSOLE_PATHS } from '../../lib/api/console.ts';
import { routeKey } from '../../lib/api/operation.ts';
import { operations } from '../../lib/api/operations.ts';
import { buildStack, functionName, resources, rulesBesideBundles, target, template, testConfig } from './synthesis.ts';

const routes = resources('AWS::ApiGatewayV2::Route');
const integrations = new Map(resources('AWS::ApiGatewayV2::Integration').map((each) => [each.id, each.properties]));
const functions = new Map(resources('AWS::Lambda::Function').map((fn) => [fn.id, functionName(fn)]));

/** `integrations/${Integration}`: the integration that a route goes to. */
const integrationOf = (route: Record<string, unknown>) => {
  const { 'Fn::Join': parts } = route['Target'] as { 'Fn::Join': [string, unknown[]] };
  return integrations.get(target(parts[1][1]) ?? '');
};

const CONSOLE_ROUTES = CONSOLE_PATHS.map((path) => `GET ${path}`);

test('there is one route for each operation and for each address of the console, and no other', () => {
  const expected = [...operations.map(routeKey), ...CONSOLE_ROUTES];
  expect(routes.map(({ properties }) => properties['RouteKey']).sort()).toEqual(expected.sort());
});

test.each(CONSOLE_ROUTES)('%s is open, and goes to the console', (key) => {
  const route = routes.find(({ properties }) => properties['RouteKey'] === key)?.properties ?? {};
  expect(route['AuthorizationType']).toBe('NONE');
  expect(functions.get(target(integrationOf(route)?.['IntegrationUri']) ?? '')).toBe('public-console');
});

test('there is one integration for each function', () => {
  expect(integrations.size).toBe(new Set(operations.map((operation) => operation.function)).size + 1);
  for (const properties of integrations.values()) {
    expect(properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  }
});

describe.each(operations.map((operation) => [routeKey(operation), operation] as const))('%s', (key, operation) => {
  const route = routes.find(({ properties }) => properties['RouteKey'] === key)?.properties ?? {};

  test(`goes to ${operation.function}`, () => {
    expect(functions.get(target(integrationOf(route)?.['IntegrationUri']) ?? '')).toBe(operation.function);
  });

  if (operation.caller === 'agent' || operation.caller === 'none') {
    test(`is open at the gateway, for caller "${operation.caller}"`, () => {
      expect(route).not.toHaveProperty('AuthorizerId');
      expect(route['AuthorizationType']).toBe('NONE');
    });
  } else {
    test('is for admins, whose token the gateway verifies', () => {
      expect(route['AuthorizationType']).toBe('JWT');
      expect(target(route['AuthorizerId'])).toBe(resources('AWS::ApiGatewayV2::Authorizer')[0]?.id);
    });
  }
});

test('the functions learn the stage’s roles beside their bundles, and the routes want its scopes', () => {
  // As many groups as a large organisation maps, which would not fit into an environment of 4 KB.
  const roleMapping = Object.fromEntries(Array.from({ length: 500 }, () => [randomUUID(), 'operator']));
  const oidc = { issuer: 'https://login.test', audience: 'api', rolesClaim: 'roles', roleMapping, scopes: ['assist'] };
  const built = buildStack(testConfig('test', { oidc }));
  const own = Template.fromStack(built.stack);
  const rules = rulesBesideBundles(built);
  const forAdmins = resources('AWS::Lambda::Function', own).filter((fn) => functionName(fn).startsWith('admin-'));
  expect([...rules.keys()].sort()).toEqual(forAdmins.map(functionName).sort());
  for (const found of rules.values()) expect(found).toEqual({ claim: 'roles', mapping: roleMapping });
  for (const { properties } of forAdmins) {
    expect(JSON.stringify(properties['Environment']).length).toBeLessThan(4096);
  }
  own.hasResourceProperties('AWS::ApiGatewayV2::Route', {
    RouteKey: 'GET /v1/devices',
    AuthorizationScopes: ['assist'],
  });
});

test('the authorizer takes the stage’s issuer and audience', () => {
  template().resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
  template().hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://login.test', Audience: ['remote-assist'] },
  });
});

test('the stage is throttled, and logs no address, query or header that could hold a secret', () => {
  const [stage] = resources('AWS::ApiGatewayV2::Stage');
  expect(stage?.properties).toMatchObject({
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
  });
  const fields: string[] = Object.values(JSON.parse(stage?.properties['AccessLogSettings'].Format));
  expect(fields).toContain('$context.requestId');
  for (const field of fields) expect(field).not.toMatch(/path|query|header|authorizer\.claims/i);
});

test('enrolment and what is expensive have throttles of their own, each stricter than that of all', () => {
  const [stage] = resources('AWS::ApiGatewayV2::Stage');
  const limits = {
    enrollment: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 100 },
    expensive: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 50 },
  };
  const expected = operations.flatMap((op) => (op.throttle ? [[routeKey(op), limits[op.throttle]]] : []));
  const console = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 400 };
  expect(stage?.properties['RouteSettings']).toEqual(
    Object.fromEntries([...expected, ...CONSOLE_ROUTES.map((key) => [key, console])]),
  );
  expect(Object.keys(stage?.properties['RouteSettings'])).toEqual(
    expect.arrayContaining(['POST /v1/enrollments', 'POST /v1/enrollment-tokens', 'POST /v1/restart-jobs']),
  );
  // What a fleet does all the time is held by the throttle of all alone.
  expect(stage?.properties['RouteSettings']).not.toHaveProperty('POST /v1/agent/poll');
});

test('the stage is made after the routes that its settings name', () => {
  const [[, stage] = []] = Object.entries(template().findResources('AWS::ApiGatewayV2::Stage'));
  const limited = routes.filter(({ properties: { RouteKey } }) =>
    [...CONSOLE_ROUTES, ...operations.filter(({ throttle }) => throttle).map(routeKey)].includes(RouteKey),
  );
  expect(limited.length).toBeGreaterThan(3);
  expect(stage?.['DependsOn']).toEqual(expect.arrayContaining(limited.map(({ id }) => id)));
});

test('whatever anybody may call and costs more than a constant has a throttle of its own', () => {
  const open = operations.filter(({ caller, throttle }) => caller === 'none' && !throttle);
  expect(open.map(({ id }) => id).sort()).toEqual(['getHealth', 'getOpenApi']);
});
