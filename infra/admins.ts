/** Who the admins are: what the gateway and the functions must know of the issuer of their tokens. */
import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RoleRules } from '../lib/admins/rules.ts';
import { AdminPool } from './cognito.ts';
import type { CognitoConfig, Config, OidcConfig } from './config.ts';

export type Admins = {
  readonly issuer: string;
  /** A token's `aud`; its `client_id` where it has none, as Cognito's access tokens. */
  readonly audience: string;
  /** Of which a token must have one; none where any token of the audience will do. */
  readonly scopes: readonly string[];
  readonly roles: RoleRules;
};

const cognitoAdmins = (scope: Construct, settings: CognitoConfig, config: Config): Admins => {
  const pool = new AdminPool(scope, 'Admins', settings, config);
  // An ID token has the same audience, and no scope.
  return { issuer: pool.issuer, audience: pool.clientId, scopes: ['openid'], roles: { claim: 'cognito:groups' } };
};

const oidcAdmins = ({ issuer, audience, scopes, ...oidc }: OidcConfig): Admins => {
  const { rolesClaim: claim, roleMapping: mapping, spaceSeparatedRoles } = oidc;
  const roles = { claim, ...(mapping && { mapping }), ...(spaceSeparatedRoles && { spaceSeparated: true }) };
  return { issuer, audience, scopes, roles };
};

/** The stage's issuer, or a user pool of the stack's own; what a token must say is told when the stack is deployed. */
export const createAdmins = (scope: Construct, config: Config): Admins => {
  const { oidc, cognito, stage } = config;
  if (!oidc && !cognito) throw new Error(`Stage ${stage} says nothing of its admins`);
  const admins = cognito ? cognitoAdmins(scope, cognito, config) : oidcAdmins(oidc as OidcConfig);
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
