/** Decides on accesses by the policies of the template's roles and resources. */
import type { Model } from '../resources/model.ts';
import type { Access, Principal } from './access.ts';
import { type Decision, decide } from './decision.ts';
import type { GrantUses } from './grant-uses.ts';
import { compileStatements, type Statement } from './statement.ts';

export type PolicyModel = Pick<Model, 'roles' | 'resourcePolicies'>;

const compiled = (policies: Model['roles'], what: string): Map<string, Statement[]> =>
  new Map([...policies].map(([arn, statements]) => [arn, compileStatements(statements, `${what} ${arn}`)]));

export type Refused = { readonly access: Access; readonly why: (Decision & { allowed: false })['why'] };

export class Authorizer {
  readonly #identity: ReadonlyMap<string, readonly Statement[]>;
  readonly #resource: ReadonlyMap<string, readonly Statement[]>;
  readonly #uses: GrantUses;

  /** Throws `StartError` for a policy that it would not honour. */
  constructor(model: PolicyModel, uses: GrantUses) {
    this.#identity = compiled(model.roles, 'the policies of');
    this.#resource = compiled(model.resourcePolicies, 'the policy on');
    this.#uses = uses;
    for (const [role, statements] of this.#identity) uses.grant(role, statements);
  }

  /** The first of `accesses` that is refused. `roleArn`: whose policies decide beside the resource's; none for a service. */
  firstRefused(accesses: readonly Access[], principal: Principal, roleArn?: string): Refused | undefined {
    for (const access of accesses) {
      const identity = (roleArn !== undefined && this.#identity.get(roleArn)) || [];
      const decision = decide(access, principal, identity, this.#resource.get(access.resource) ?? []);
      if (!decision.allowed) return { access, why: decision.why };
      if (roleArn !== undefined) this.#uses.use(roleArn, access, decision.by);
    }
    return undefined;
  }
}
