/** What an access token's claims say of an admin: the name, and the roles, as the stage is configured to read them. */
import { ROLES, type Role } from '../api/operation.ts';
import { firstOf, oneLine } from '../one-line.ts';
import { type Claims, isObject } from './token.ts';

/** Beside a function's bundle: how it reads roles. A mapping of hundreds of groups would not fit into an environment. */
export const RULES_FILE = 'admin-roles.json';

/** How roles are read from a token. */
export type RoleRules = {
  /** The claim that holds them, by its name or by a path: `cognito:groups`, `roles`, `realm_access.roles` … */
  readonly claim: string;
  /** From the claim's values to our roles. Without it the values are the roles' names; with it no other value counts. */
  readonly mapping?: Readonly<Record<string, Role>>;
  /** Whether a text is several values with spaces between, and not one value. A list is a list in any case. */
  readonly spaceSeparated?: boolean;
};

/**
 * What stands at a path such as `realm_access.roles`. A name may have dots itself (`https://acme.example/roles`, a
 * client's id), so at each level the longest name that is there counts.
 */
export const claimAt = (claims: Claims, path: string): unknown => {
  const names = path.split('.');
  for (let length = names.length; length > 0; length--) {
    const name = names.slice(0, length).join('.');
    if (!Object.hasOwn(claims, name)) continue;
    const value = claims[name];
    if (length === names.length) return value;
    const inner = isObject(value) ? claimAt(value, names.slice(length).join('.')) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
};

/** Each value as it is, of whatever kind: only a text can be a role or map to one. An empty one is none. */
export const valuesIn = (claim: unknown, { spaceSeparated = false }: RoleRules): readonly unknown[] => {
  const values = spaceSeparated && typeof claim === 'string' ? claim.split(' ') : [claim].flat(1);
  return values.filter((value) => value !== '');
};

/** The roles that the token names, lowest first. A value counts when it is, as a whole, a role's name or is mapped to one. */
export const rolesIn = (claims: Claims, rules: RoleRules): Role[] => {
  const { claim, mapping } = rules;
  const values = valuesIn(claimAt(claims, claim), rules).filter((value) => typeof value === 'string');
  const named = new Set<unknown>(
    mapping ? values.map((value) => (Object.hasOwn(mapping, value) ? mapping[value] : undefined)) : values,
  );
  return ROLES.filter((role) => named.has(role));
};

/** Every role that these include, lowest first. */
export const includedRoles = (roles: readonly Role[]): Role[] =>
  ROLES.slice(0, Math.max(-1, ...roles.map((role) => ROLES.indexOf(role))) + 1);

/** As long as a device's name may be. An issuer sets no limit, and what it says stands in records, notices and pages. */
const LONGEST_NAME = 128;

/** One line, of whole characters. */
const text = (claim: unknown): string | undefined => {
  if (typeof claim !== 'string') return undefined;
  return firstOf(oneLine(claim.toWellFormed()), LONGEST_NAME).trim() || undefined;
};

/** An admin's name in all that is kept and told; the subject where the token has none for people. */
export const shownNameIn = (claims: Claims): string => nameIn(claims) ?? text(claims['sub']) ?? 'An admin';

/** The name that people know; Entra ID and Keycloak have it in `preferred_username`, and `sub` says nothing to anybody. */
export const nameIn = (claims: Claims): string | undefined =>
  text(claims['username']) ?? text(claims['preferred_username']) ?? text(claims['email']);

/** As people write it, where the token says. */
export const displayNameIn = (claims: Claims): string | undefined => text(claims['name']);
