/** What an access token's claims say of an admin: the name, and the roles, as the stage is configured to read them. */
import { ROLES, type Role } from '../api/operation.ts';

/** How roles are read from a token. */
export type RoleRules = {
  /** The claim that holds them: `cognito:groups`, `roles`, `groups` … */
  readonly claim: string;
  /** From the claim's values to our roles. Without it the values are the roles' names; with it no other value counts. */
  readonly mapping?: Readonly<Record<string, Role>>;
};

export type Claims = Readonly<Record<string, unknown>>;

/** API Gateway writes a claim that is a list as `[a b]`; an issuer may also send one text, or a list with commas. */
const listOf = (claim: unknown): string[] =>
  Array.isArray(claim)
    ? claim.map(String)
    : String(claim ?? '')
        .replace(/^\[|\]$/g, '')
        .split(/[\s,]+/);

export const rolesIn = (claims: Claims, { claim, mapping }: RoleRules): Role[] => {
  const values = listOf(claims[claim]);
  const named = new Set<unknown>(
    mapping ? values.map((value) => (Object.hasOwn(mapping, value) ? mapping[value] : undefined)) : values,
  );
  return ROLES.filter((role) => named.has(role));
};

const text = (claim: unknown): string | undefined => (typeof claim === 'string' && claim !== '' ? claim : undefined);

/**
 * An ID token is meant for the admin's own program. Cognito's has the issuer, the client and the groups of an access
 * token, and only `token_use` tells them apart.
 * @returns who the token is for; `undefined` where it names nobody, or is no access token
 */
export const subjectIn = (claims: Claims): string | undefined =>
  claims['token_use'] === 'id' ? undefined : text(claims['sub']);

/** The name that people know; Entra ID and Keycloak have it in `preferred_username`, and `sub` says nothing to anybody. */
export const nameIn = (claims: Claims): string | undefined =>
  text(claims['username']) ?? text(claims['preferred_username']) ?? text(claims['email']);
