/** IAM's rule within one account: one Deny refuses, else one Allow in either policy allows, else it is refused. */
import type { Access, Principal } from './access.ts';
import type { Statement } from './statement.ts';

export type Refusal = 'noAllow' | 'identityDeny' | 'resourceDeny';

export type Decision =
  /** `by`: the statements of the caller's own policies that allow it; none where the resource's policy does. */
  { readonly allowed: true; readonly by: readonly Statement[] } | { readonly allowed: false; readonly why: Refusal };

/** Decides by the policies of who asks (`identity`) and of what is asked for (`resource`). */
export const decide = (
  access: Access,
  principal: Principal,
  identity: readonly Statement[],
  resource: readonly Statement[],
): Decision => {
  const own = identity.filter((statement) => statement.matches(access, principal));
  if (own.some(({ effect }) => effect === 'Deny')) return { allowed: false, why: 'identityDeny' };
  const theirs = resource.filter((statement) => statement.matches(access, principal));
  if (theirs.some(({ effect }) => effect === 'Deny')) return { allowed: false, why: 'resourceDeny' };
  return own.length + theirs.length > 0 ? { allowed: true, by: own } : { allowed: false, why: 'noAllow' };
};
