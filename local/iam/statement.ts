/** A policy's statement in a form that can be asked. What the local stack would not honour, it refuses by name. */
import * as z from 'zod';
import { StartError } from '../errors.ts';
import { ACCOUNT } from '../identity.ts';
import type { PolicyStatement } from '../resources/model.ts';
import type { Access, Principal } from './access.ts';
import { type Condition, compileCondition } from './conditions.ts';
import { actionPattern, arnPattern, type Pattern } from './pattern.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const values = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => [value].flat().map(String));

const Schema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: texts.optional(), Service: texts.optional() })]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
});

/** Patterns of which one must fit, or, `negated`, none may. */
type Patterns = { readonly list: readonly Pattern[]; readonly negated: boolean };

export type Statement = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Patterns;
  readonly resources: Patterns;
  matches(access: Access, principal: Principal): boolean;
};

const patterns = (
  make: (text: string) => Pattern,
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
): Patterns => ({ list: (wanted ?? unwanted ?? []).map(make), negated: wanted === undefined });

const fits = ({ list, negated }: Patterns, value: string): boolean =>
  list.some((pattern) => pattern.matches(value)) !== negated;

const ROOTS = [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`];

/**
 * A policy that allows the account leaves it to the account's own policies, and so allows nobody by itself; one that
 * denies the account denies all in it, of whom AWS's services are none.
 */
const principalMatcher = ({ Principal: named, Effect }: z.infer<typeof Schema>) => {
  if (named === undefined || named === '*') return () => true;
  const { AWS = [], Service = [] } = named;
  return ({ arns, service }: Principal): boolean =>
    AWS.some((arn) => arn === '*' || arns.includes(arn)) ||
    (service === undefined ? Effect === 'Deny' && AWS.some((arn) => ROOTS.includes(arn)) : Service.includes(service));
};

/** Compiles a policy's statements. `where` names the policy. Throws `StartError` for what is not known here. */
export const compileStatements = (statements: readonly PolicyStatement[], where: string): Statement[] =>
  statements.map((written) => {
    const { success, data, error } = Schema.safeParse(written);
    if (!success) {
      throw new StartError(`The local stack cannot read a statement of ${where}:\n${z.prettifyError(error)}`);
    }
    if (/\$\{/.test(JSON.stringify([data.Resource, data.NotResource, data.Condition]))) {
      throw new StartError(`The local stack does not know policy variables, such as are in a statement of ${where}.`);
    }
    const actions = patterns(actionPattern, data.Action, data.NotAction);
    const resources = patterns(arnPattern, data.Resource, data.NotResource);
    const named = principalMatcher(data);
    const condition: Condition = compileCondition(data.Condition, where);
    return {
      effect: data.Effect,
      actions,
      resources,
      matches: (access, principal) =>
        fits(actions, access.action) &&
        fits(resources, access.resource) &&
        named(principal) &&
        condition(access.context),
    };
  });
