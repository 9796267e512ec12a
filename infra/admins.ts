/** Who the admins are: what the gateway and the functions must know of the issuer of their tokens. */
import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RoleRules } from '../lib/admins/rules.ts';
import type { ConsoleSettings } from '../lib/api/console.ts';
import { AdminPool } from './cognito.ts';
import type { CognitoConfig } from './cognito-config.ts';
import type { Config, OidcConfig } from './config.ts';

export type Admins = {
  readonly issuer: string;
  /** A token's `aud`; its `client_id` where it has none, as Cognito's access tokens. */
  readonly audience: string;
  /** Of which a token must have one; none where any token of the audience will do. */
  readonly scopes: readonly string[];
  readonly roles: RoleRules;
  /** How the web console signs them in; absent where the stage has no client for it. */
  readonly client?: ConsoleClient;
};

/** A public client of the issuer. */
type ConsoleClient = Pick<ConsoleSettings, 'clientId' | 'scopes' | 'parameters' | 'signOutUrl'> & {
  /** What a browser calls: URLs at the origins of the issuer's discovery document and of its token endpoint. */
  readonly endpoints: readonly string[];
};

const clientOf = (client: NonNullable<Config['console']>, issuer: string): ConsoleClient => {
  const { clientId, scopes, parameters, tokenOrigin = issuer } = client;
  return { clientId, scopes, ...(parameters && { parameters }), endpoints: [issuer, tokenOrigin] };
};

const cognitoAdmins = (scope: Construct, settings: CognitoConfig, config: Config, apiUrl: string): Admins => {
  const pool = new AdminPool(scope, 'Admins', settings, config, apiUrl);
  const { issuer, clientId, endpoints, signOutUrl } = pool;
  return {
    issuer,
    audience: clientId,
    // An ID token has the same audience, and no scope.
    scopes: ['openid'],
    roles: { claim: 'cognito:groups' },
    client: { clientId, scopes: ['openid', 'email', 'profile'], endpoints, signOutUrl },
  };
};

const oidcAdmins = ({ issuer, audience, scopes, ...oidc }: OidcConfig, config: Config): Admins => {
  const { rolesClaim: claim, roleMapping: mapping, spaceSeparatedRoles } = oidc;
  const roles = { claim, ...(mapping && { mapping }), ...(spaceSeparatedRoles && { spaceSeparated: true }) };
  const client = config.console && clientOf(config.console, issuer);
  return { issuer, audience, scopes, roles, ...(client && { client }) };
};

/**
 * The stage's issuer, or a user pool of the stack's own; what a token must say is told when the stack is deployed.
 * @param apiUrl the API's address, which the pool's client must know to send admins back to the console
 */
export const createAdmins = (scope: Construct, config: Config, apiUrl: string): Admins => {
  const { oidc, cognito, stage } = config;
  if (!oidc && !cognito) throw new Error(`Stage ${stage} says nothing of its admins`);
  const admins = cognito ? cognitoAdmins(scope, cognito, config, apiUrl) : oidcAdmins(oidc as OidcConfig, config);
  new CfnOutput(scope, 'TokenIssuer', {
    value: admins.issuer,
    description: 'Who must have issued an admin\u2019s token',
  });
  new CfnOutput(scope, 'TokenAudience', {
    value: admins.audience,
    description: 'For whom an admin\u2019s token must be',
  });
  return admins;
};
