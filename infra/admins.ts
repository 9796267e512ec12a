/** Who the admins are: what the gateway and the functions must know of the issuer of their tokens. */
import type { Construct } from 'constructs';
import type { RoleRules } from '../lib/admins/rules.ts';
import { AdminPool } from './cognito.ts';
import type { Config } from './config.ts';

export type Admins = {
  readonly issuer: string;
  /** A token's `aud`; its `client_id` where it has none, as Cognito's access tokens. */
  readonly audience: string;
  /** Of which a token must have one; none where any token of the audience will do. */
  readonly scopes: readonly string[];
  readonly roles: RoleRules;
};

/** The stage's issuer, or a user pool of the stack's own. */
export const createAdmins = (scope: Construct, config: Config): Admins => {
  const { oidc, cognito } = config;
  if (cognito) {
    const pool = new AdminPool(scope, 'Admins', cognito, config);
    // An ID token has the same audience, and no scope.
    return { issuer: pool.issuer, audience: pool.clientId, scopes: ['openid'], roles: { claim: 'cognito:groups' } };
  }
  if (!oidc) throw new Error(`Stage ${config.stage} says nothing of its admins`);
  const { issuer, audience, scopes, rolesClaim: claim, roleMapping: mapping, spaceSeparatedRoles } = oidc;
  const roles = { claim, ...(mapping && { mapping }), ...(spaceSeparatedRoles && { spaceSeparated: true }) };
  return { issuer, audience, scopes, roles };
};
