/**
 * The HTTP API: a route for each operation of the contract, to the function that the operation names. Admins' tokens are
 * verified by the gateway; a device's credential is verified by the function, with the read that it makes anyway.
 */
import {
  type CfnRoute,
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type HttpStageProps,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { CONSOLE_PATHS } from '../lib/api/console.ts';
import { type ApiFunction, type Caller, routeKey } from '../lib/api/operation.ts';
import { operations } from '../lib/api/operations.ts';
import { AccessLog } from './access-log.ts';
import type { Admins } from './admins.ts';
import { alarmOnServerErrors } from './alarms.ts';
import { APP, type Config } from './config.ts';
import { ApiDomain } from './domain.ts';
import type { NodeFunction } from './function.ts';
import { acknowledge } from './nag.ts';
import type { Resources } from './resources.ts';

/** Why a route has no authorizer of the gateway's; `undefined` where it must have one. */
const withoutAuthorizer = (caller: Caller): string | undefined => {
  if (caller === 'agent') return 'The function checks the device token: an authorizer would cost a second read a poll.';
  if (caller === 'none') return 'The contract lets anybody call it.';
  return undefined;
};

/** `/console/{path+}` is not a construct's id. */
const consoleRouteId = (path: (typeof CONSOLE_PATHS)[number]): string => `Console${CONSOLE_PATHS.indexOf(path)}`;

export type ApiFunctions = { readonly [Name in ApiFunction]: NodeFunction } & {
  readonly 'public-console': NodeFunction;
};

export class Api extends Construct {
  readonly url: string;
  /** The web console's, without a slash at its end. */
  readonly consoleUrl: string;
  readonly http: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    functions: ApiFunctions,
    { config, admins }: Pick<Resources, 'config' | 'admins'>,
  ) {
    super(scope, id);
    const api = new HttpApi(this, 'HttpApi', {
      apiName: `${APP}-${config.stage}`,
      createDefaultStage: false,
      // One way in: what an organisation puts before its own name, such as a filter of addresses, is not got round.
      disableExecuteApiEndpoint: config.domain !== undefined && !config.domain.keepDefaultEndpoint,
    });
    const domain = config.domain && new ApiDomain(this, 'Domain', config.domain);
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      ...(domain && { domainMapping: { domainName: domain.domainName } }),
      throttle: { rateLimit: config.throttle.rate, burstLimit: config.throttle.burst },
      ...this.accessLog(api, config),
    });
    this.url = config.domain ? `https://${config.domain.name}` : stage.url.replace(/\/$/, '');
    this.consoleUrl = `${config.domain ? this.url : api.apiEndpoint}/console`;
    this.addRoutes(api, functions, admins);
    this.addConsole(api, functions['public-console']);
    this.throttleRoutes(stage, config);
    alarmOnServerErrors(api);
    this.http = api;
  }

  private accessLog(api: HttpApi, config: Config): Pick<HttpStageProps, 'accessLogSettings'> {
    if (config.accessLog === 'none') {
      const reason = 'The stage wants no access log.';
      acknowledge(this, 'APIG1', reason);
      acknowledge(this, 'APIGWAccessLogging', reason, 'Serverless');
      return {};
    }
    return { accessLogSettings: new AccessLog(this, 'AccessLog', api, config, config.accessLog).settings };
  }

  private addRoutes(api: HttpApi, functions: ApiFunctions, { issuer, audience, scopes }: Admins): void {
    const authorizer = new HttpJwtAuthorizer('Admins', issuer, { jwtAudience: [audience] });
    const integrations = new Map<ApiFunction, HttpLambdaIntegration>();
    for (const operation of operations) {
      const name = operation.function;
      const integration =
        integrations.get(name) ??
        // One permission for each function, not one for each route: a function's policy may have 20 KB.
        new HttpLambdaIntegration(name, functions[name].lambda, { scopePermissionToRoute: false });
      integrations.set(name, integration);
      const open = withoutAuthorizer(operation.caller);
      const route = new HttpRoute(this, operation.id, {
        httpApi: api,
        routeKey: HttpRouteKey.with(operation.path, HttpMethod[operation.method]),
        integration,
        ...(open ? {} : { authorizer, authorizationScopes: [...scopes] }),
      });
      if (open) acknowledge(route, 'APIG4', open);
    }
  }

  /** The pages that belong to no operation of the contract: they are for a browser. */
  private addConsole(api: HttpApi, fn: NodeFunction): void {
    const integration = new HttpLambdaIntegration('public-console', fn.lambda, { scopePermissionToRoute: false });
    for (const path of CONSOLE_PATHS) {
      const route = new HttpRoute(this, consoleRouteId(path), {
        httpApi: api,
        routeKey: HttpRouteKey.with(path.replace(/(?<=.)\/$/, ''), HttpMethod.GET),
        integration,
      });
      // The construct takes no path that ends in a slash; API Gateway does, and tells it from the one without.
      (route.node.defaultChild as CfnRoute).routeKey = `GET ${path}`;
      acknowledge(route, 'APIG4', 'The page holds no secret, and signs its reader in.');
    }
  }

  private throttleRoutes(stage: HttpStage, { throttle }: Config): void {
    const own = operations.flatMap((operation) => {
      if (!operation.throttle) return [];
      // CloudFormation refuses settings of a route that is not there yet.
      stage.node.addDependency(this.node.findChild(operation.id));
      const { rate, burst } = throttle[operation.throttle];
      return [[routeKey(operation), { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]];
    });
    // Whoever asks for files again and again takes nothing from the API.
    const console = CONSOLE_PATHS.map((path) => {
      stage.node.addDependency(this.node.findChild(consoleRouteId(path)));
      const { rate, burst } = throttle.console;
      return [`GET ${path}`, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }];
    });
    (stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries([...own, ...console]);
  }
}
