/** The JSON Schemas of the OpenAPI document: a schema that has a name becomes a component, and a reference to it. */
import * as z from 'zod/mini';
import { nameOf } from './named.ts';

export type Json = Record<string, unknown>;

/**
 * Of a time's schema zod's own pattern is a third of a kilobyte, for leap years, which `date-time` already says.
 * As all patterns of the document it is written in what ECMAScript, PCRE and others read alike: no `\d`, `\s`, `\u`, `\p`.
 */
const TIMESTAMP = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?Z$';

type Written = { zodSchema: z.core.$ZodType; jsonSchema: Json };

/** Answers may gain members, so their objects stay open; and a number without bounds of its own is written without any. */
const openUp = (json: Json): void => {
  if (json['additionalProperties'] === false) delete json['additionalProperties'];
  if (json['minimum'] === Number.MIN_SAFE_INTEGER) delete json['minimum'];
  if (json['maximum'] === Number.MAX_SAFE_INTEGER) delete json['maximum'];
};

const replace = (json: Json, by: Json): void => {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, by);
};

/** @returns what writes schemas, and the components that they have made so far */
export const schemaWriter = () => {
  const components: Record<string, Json> = {};
  /** Each as it was when it was first met: zod goes on to write its parts in another way. */
  const texts = new Map<string, string>();

  const write = (schema: z.ZodMiniType, io: 'input' | 'output'): Json => {
    const override = ({ zodSchema, jsonSchema }: Written): void => {
      if (io === 'output') openUp(jsonSchema);
      if (jsonSchema['format'] === 'date-time') jsonSchema['pattern'] = TIMESTAMP;
      const name = nameOf(zodSchema);
      if (name === undefined) return;
      const text = JSON.stringify(jsonSchema);
      if ((texts.get(name) ?? text) !== text) throw new Error(`two schemas are named ${name}`);
      texts.set(name, text);
      components[name] = { ...jsonSchema };
      replace(jsonSchema, { $ref: `#/components/schemas/${name}` });
    };
    const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override } as never) as Json;
    return json;
  };

  return { components, write };
};

export type SchemaWriter = ReturnType<typeof schemaWriter>;
