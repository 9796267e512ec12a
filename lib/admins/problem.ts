/** Why a valid token gives no role: for the person, who cannot see it, and for whoever set the stage up. */
import type { RolesProblem } from '../api/problem.ts';
import { claimAt, type RoleRules, valuesIn } from './rules.ts';
import { type Claims, isObject } from './token.ts';

/** With what the claim has, which only the person themselves may see. */
export type RolesProblemSeen = RolesProblem & { readonly values?: readonly string[] };

/**
 * Entra ID leaves the groups out of a token where there are more than 200 of them, and says so: `hasgroups`, or the
 * claim's name in `_claim_names`, which says where it can be asked for.
 */
const isLeftOut = (claims: Claims, claim: string): boolean => {
  const elsewhere = claims['_claim_names'];
  const named = isObject(elsewhere) ? Object.keys(elsewhere) : [];
  const isOfGroups = /groups$/i.test(claim);
  if (named.some((name) => name === claim || claim.startsWith(`${name}.`) || (isOfGroups && name === 'groups'))) {
    return true;
  }
  return isOfGroups && (claims['hasgroups'] === true || claims['hasgroups'] === 'true');
};

/** For a person to read. */
const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** @param claims of a token that gives no role by these rules */
export const rolesProblemIn = (claims: Claims, rules: RoleRules): RolesProblemSeen => {
  const { claim } = rules;
  const found = claimAt(claims, claim) ?? undefined;
  if (found !== undefined) return { code: 'noMappedValue', claim, values: valuesIn(found, rules).map(asText) };
  return { code: isLeftOut(claims, claim) ? 'claimTooLarge' : 'claimAbsent', claim };
};

const WHY: Readonly<Record<RolesProblem['code'], (claim: string) => string>> = {
  claimAbsent: (claim) => `the token has no claim ${claim}`,
  claimTooLarge: (claim) => `the issuer left the claim ${claim} out of the token, because it would be too long`,
  noMappedValue: (claim) => `nothing in the token’s claim ${claim} is a role or is mapped to one`,
};

/** One sentence without the claim's values, which others may not see. */
export const describeRolesProblem = ({ code, claim }: RolesProblem): string =>
  `You have no role: ${WHY[code](claim)} (${code}). GET /v1/me shows what the token says.`;
