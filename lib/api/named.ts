/** Names of schemas: a resource has one, and is a component of that name in the OpenAPI document wherever it occurs. */
import * as z from 'zod/mini';

const names = new WeakMap<z.core.$ZodType, string>();

/** @param name as clients made from the OpenAPI document call the schema's type */
export const named = <S extends z.ZodMiniType>(name: string, schema: S): S => {
  names.set(schema, name);
  return schema;
};

/** The schema of a resource that we answer with: an object with a name. */
export const resource = <Shape extends z.core.$ZodLooseShape>(name: string, shape: Shape) =>
  named(name, z.object(shape));

export const nameOf = (schema: z.core.$ZodType): string | undefined => names.get(schema);
