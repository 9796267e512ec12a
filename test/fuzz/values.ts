/** Values that a JSON Schema of the contract allows, and values that nobody's schema allows. */
import fc from 'fast-check';

/** The part of JSON Schema that the contract's schemas use. */
export type JsonSchema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
};

/** Ids that are there, by prefix, so that requests reach beyond "there is no such thing". */
export type Known = Readonly<Record<string, readonly string[]>>;

const pick = (values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);

const instant = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Texts of every script, with what breaks naive code: combining marks, surrogate pairs, quotes, markup, templates. */
const words = fc.constantFrom(
  'help',
  'Ada',
  'Zoë',
  '日本語',
  '👩‍👩‍👧',
  'e\u0301',
  '‮txt',
  '<b>"&\'',
  '$\u007b7*7}',
  '{{x}}',
  "'; --",
  '../..',
  '%00',
  '\\u0000',
);
const plainText = fc.array(words, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' '));

const ofPattern = (source: string): fc.Arbitrary<string> => {
  const pattern = new RegExp(source, 'u');
  // A pattern that says which characters a text is without: the words above are more telling than any others.
  if (source.includes('[^') && pattern.test('two words')) return plainText.filter((text) => pattern.test(text));
  return fc.stringMatching(new RegExp(source));
};

const textOf = (schema: JsonSchema): fc.Arbitrary<string> => {
  if (schema.format === 'date-time') return instant;
  const { minLength = 0, maxLength = 2000, pattern } = schema;
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (pattern !== undefined) return ofPattern(pattern).filter(fits);
  return fc.oneof(
    plainText.filter(fits),
    fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 300) }).filter(fits),
  );
};

const objectOf = ({ properties = {}, required = [] }: JsonSchema, known: Known): fc.Arbitrary<unknown> =>
  fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, allowedBy(schema, known, name)])),
    { requiredKeys: [...required] },
  );

/** A value that the schema allows. `name` is its member's: a member that names an id gets one that is there, mostly. */
export const allowedBy = (schema: JsonSchema, known: Known, name = ''): fc.Arbitrary<unknown> => {
  const ids = known[name];
  if (ids && ids.length > 0) {
    return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, textOf(schema));
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return pick(schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => allowedBy(one, known, name)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return fc.array(allowedBy(schema.items ?? {}, known, name.replace(/s$/, '')), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -1000, max: Math.min(schema.maximum ?? 1_000_000, 2 ** 31 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return textOf(schema);
    default:
      return fc.jsonValue();
  }
};

/** What no member of the contract expects, as JSON text: some of it JavaScript cannot hold as a value. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '""',
    '" "',
    '[]',
    '{}',
    '-1',
    '0',
    '-0',
    '1e308',
    '1e999',
    '9007199254740993',
    '0.1',
    '123456789012345678901234567890',
    '"\\u0000"',
    '"\\ud800"',
    '"\\uFEFF"',
    '"__proto__"',
    '"constructor"',
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"toString":1}',
    '{"$ne":null}',
    '{"S":"x"}',
    '"2026-13-45T99:99:99Z"',
    '"+292277026596-12-04T15:30:08Z"',
    '"dev_00000000000000000000000000"',
    '"../../etc/passwd"',
  ),
  fc.integer({ min: 100, max: 30_000 }).map((size) => JSON.stringify('x'.repeat(size))),
  fc.integer({ min: 2, max: 5000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 2, max: 2000 }).map((depth) => '{"a":'.repeat(depth) + '1'.concat('}'.repeat(depth))),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
);
