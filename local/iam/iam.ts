/** IAM: what the template's policies allow, and nothing else, happens here either. */
import type { Interceptor } from '../aws/call.ts';
import type { Model } from '../resources/model.ts';
import { Authorizer } from './authorizer.ts';
import { enforceRoles } from './enforcement.ts';
import { type Grant, GrantUses } from './grant-uses.ts';
import { checkRoleNeeds } from './role-needs.ts';
import { checkServiceNeeds } from './service-needs.ts';

/** What became of the grants so far. */
export type AccessReport = {
  readonly granted: readonly Grant[];
  readonly used: readonly Grant[];
  /** Each refusal's text, once. */
  readonly denied: readonly string[];
};

export type Iam = { interceptor: Interceptor; report(): AccessReport };

/** Reads the policies. Throws `StartError` for one that it would not honour, and for what AWS would refuse to make. */
export const createIam = (model: Model, log: (line: string) => void): Iam => {
  const uses = new GrantUses();
  const authorizer = new Authorizer(model, uses);
  checkRoleNeeds(model, authorizer);
  checkServiceNeeds(model, authorizer);
  const denied = new Set<string>();
  const onDenied = (message: string): void => {
    if (denied.has(message)) return;
    denied.add(message);
    log(`Denied, as on AWS. ${message}`);
  };
  return {
    interceptor: enforceRoles(model, authorizer, onDenied),
    report: () => ({ granted: uses.granted, used: uses.used, denied: [...denied] }),
  };
};
