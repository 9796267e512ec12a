/** What a resource handler is: it reads one resource of the template into the model. */
import * as z from 'zod';
import type { Assembly, TemplateResource } from '../assembly/assembly.ts';
import { StartError } from '../errors.ts';
import type { Model } from './model.ts';

export type ResourceInput = {
  logicalId: string;
  type: string;
  /** With every intrinsic function evaluated. */
  properties: Record<string, unknown>;
  resource: TemplateResource;
  model: Model;
  assembly: Assembly;
  /** Where the API answers, such as `http://127.0.0.1:3000`. */
  apiUrl: string;
};

/** What `Ref` and `Fn::GetAtt` give for the resource. */
export type Physical = { ref: string; attributes?: Readonly<Record<string, string>> };

export type ResourceHandler = (input: ResourceInput) => Physical;

/**
 * The resource's properties in the shape of `schema`. The schemas are strict on purpose: a property that the local
 * stack would silently not honour makes what runs here something else than what is deployed.
 */
export const propertiesOf = <T extends z.ZodType>(
  schema: T,
  { logicalId, type, properties }: ResourceInput,
): z.infer<T> => {
  const { success, data, error } = schema.safeParse(properties);
  if (success) return data;
  throw new StartError(
    `The local stack cannot run ${type} ${logicalId}:\n${z.prettifyError(error)}\n` +
      `Change the stack, or teach local/resources about it.`,
  );
};

/** A property that has no meaning on one machine. */
export const irrelevant = z.unknown().optional();
export const number = z.coerce.number();
/** CloudFormation takes booleans as strings too. */
export const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);
/** A JSON document, given as an object or as text. */
export const json = z.union([
  z.record(z.string(), z.unknown()),
  z.string().transform((value) => JSON.parse(value) as Record<string, unknown>),
]);
