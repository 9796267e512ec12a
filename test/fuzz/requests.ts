/** Requests for an operation of the contract: valid ones, and ones broken in one of the ways that callers break them. */
import fc from 'fast-check';
import * as z from 'zod/mini';
import type { Operation } from '../../lib/api/operation.ts';
import { allowedBy, hostileJson, type JsonSchema, type Known } from './values.ts';

/** `body` as it goes over the wire; headers as name and value, in order, a name more than once where it says so. */
export type FuzzRequest = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
};

/** Whose credential goes along: mostly of one who may call the operation, so that most requests get to its handler. */
export const CREDENTIALS = ['may', 'nobody', 'viewer', 'device', 'admin'] as const;
export type CredentialName = (typeof CREDENTIALS)[number];

/** Stands for a credential until the request is sent. */
export const credentialHeader = (name: CredentialName): string => `CREDENTIAL ${name}`;

const jsonSchema = (schema: z.ZodMiniType | undefined): JsonSchema =>
  schema ? (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema) : {};

const wirePath = fc.oneof(
  fc.constantFrom('unknown', '%00', '..%2f..%2f', '%F0%9F%92%A9', '%ff', 'a%20b', '__proto__', '{id}', '*', '%25', "'"),
  fc.integer({ min: 100, max: 3000 }).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }).map(encodeURIComponent),
);

const pathOf = (op: Operation, known: Known): fc.Arbitrary<string> => {
  const pieces = op.path.split(/(\{\w+\})/).map((piece): fc.Arbitrary<string> => {
    if (!piece.startsWith('{')) return fc.constant(piece);
    const ids = known[`${op.id}.${piece.slice(1, -1)}`] ?? [];
    return ids.length === 0 ? wirePath : fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...ids) }, wirePath);
  });
  return fc.tuple(...pieces).map((parts) => parts.join(''));
};

const pair = (name: string, value: unknown): string =>
  `${encodeURIComponent(name)}=${encodeURIComponent(String(value)).replace(/'/g, '%27')}`;

const hostileQuery = fc.constantFrom(
  'limit=0',
  'limit=1e1',
  'limit=-1',
  'limit=1&limit=2',
  'limit[]=1',
  'cursor=',
  'cursor=eyJhIjoxfQ',
  'cursor=%00',
  `cursor=${'A'.repeat(1025)}`,
  'state=',
  'state=__proto__',
  '__proto__=1',
  'constructor=1',
  'unheardOf=1',
  '=',
  '&&&',
  '%',
  'namePrefix=%F0%9F%92%A9',
  `namePrefix=${'%E2%80%AE'.repeat(40)}`,
);

const queryOf = (op: Operation, known: Known): fc.Arbitrary<string> => {
  const valid = op.query
    ? allowedBy(jsonSchema(op.query()), known).map((query) =>
        Object.entries(query as object)
          .map(([name, value]) => pair(name, value))
          .join('&'),
      )
    : fc.constant('');
  return fc.oneof({ weight: 3, arbitrary: valid }, hostileQuery).map((query) => (query === '' ? '' : `?${query}`));
};

/** Replaces, adds or repeats one member of a valid body's text. */
export const brokenText = (body: object): fc.Arbitrary<string> => {
  const members = Object.entries(body).map(([name, value]) => [JSON.stringify(name), JSON.stringify(value)] as const);
  const text = (all: readonly (readonly [string, string])[]): string =>
    `{${all.map(([name, value]) => `${name}:${value}`).join(',')}}`;
  const added = fc
    .tuple(fc.constantFrom('"unheardOf"', '"__proto__"', '"constructor"', '""', '"\\u0000"'), hostileJson)
    .map((member) => text([...members, member]));
  if (members.length === 0) return added;
  const at = fc.nat(members.length - 1);
  const replaced = fc
    .tuple(at, hostileJson)
    .map(([index, value]) => text(members.map((member, i) => (i === index ? [member[0], value] : member))));
  const repeated = fc
    .tuple(at, hostileJson)
    .map(([index, value]) => text([...members, [members[index]?.[0] ?? '"a"', value]]));
  const dropped = at.map((index) => text(members.filter((_, i) => i !== index)));
  return fc.oneof(added, { weight: 3, arbitrary: replaced }, repeated, dropped);
};

type Body = Pick<FuzzRequest, 'headers' | 'body'>;

const JSON_HEADER = ['content-type', 'application/json'] as const;

const notJson: fc.Arbitrary<Body> = fc
  .constantFrom<string | Uint8Array>(
    '{"a":',
    '{a:1}',
    'null',
    '[]',
    '"text"',
    '\ufeff{}',
    '{}{}',
    'a=1',
    '<xml/>',
    new Uint8Array([0x7b, 0xff, 0x7d]),
    new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0]),
    '['.repeat(60_000),
    'x'.repeat(65_537),
  )
  .map((body) => ({ headers: [JSON_HEADER], body }));

const mediaType = fc.constantFrom(
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/jsonp',
  'application/merge-patch+json',
  'multipart/form-data; boundary=x',
  ',',
  'x'.repeat(500),
);

const bodyOf = (op: Operation, known: Known): fc.Arbitrary<Body> => {
  if (!op.body) {
    return fc.oneof({ weight: 4, arbitrary: fc.constant<Body>({ headers: [] }) }, notJson);
  }
  const valid = allowedBy(jsonSchema(op.body()), known);
  const asJson = (body: string): Body => ({ headers: [JSON_HEADER], body });
  return fc.oneof(
    { weight: 4, arbitrary: valid.map((body) => asJson(JSON.stringify(body))) },
    { weight: 4, arbitrary: valid.chain((body) => brokenText(body as object)).map(asJson) },
    notJson,
    fc.tuple(valid, mediaType).map(([body, type]) => ({
      headers: [['content-type', type] as const],
      body: JSON.stringify(body),
    })),
  );
};

const hostileHeaders = fc.constantFrom<FuzzRequest['headers']>(
  [['idempotency-key', 'x'.repeat(256)]],
  [['idempotency-key', ' ']],
  [['idempotency-key', 'caf\u00e9']],
  [
    ['idempotency-key', 'a'],
    ['idempotency-key', 'b'],
  ],
  [['x-forwarded-for', '127.0.0.1, "><script>']],
  [['x-request-id', 'mine']],
  [['x-amzn-trace-id', 'Root=x']],
  [['host', 'evil.example']],
  [['accept', 'text/html']],
  [['cookie', 'a=b; __proto__=c']],
  [['x-http-method-override', 'DELETE']],
  [['__proto__', 'x']],
  [['x-long', 'y'.repeat(4000)]],
  Array.from({ length: 60 }, (_, i) => [`x-many-${i}`, 'z'] as const),
);

const authorization: fc.Arbitrary<FuzzRequest['headers']> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .oneof({ weight: 4, arbitrary: fc.constant<CredentialName>('may') }, fc.constantFrom(...CREDENTIALS))
      .map((name) => [['authorization', credentialHeader(name)] as const]),
  },
  fc
    .constantFrom('Bearer', 'Bearer ', 'Basic YTpi', `Bearer ${'a.'.repeat(300)}`, 'bearer null', 'Bearer a b c')
    .map((value) => [['authorization', value] as const]),
);

const idempotencyKey = (op: Operation): fc.Arbitrary<FuzzRequest['headers']> =>
  op.idempotent
    ? fc.oneof(
        { weight: 3, arbitrary: fc.constant<FuzzRequest['headers']>([]) },
        fc.constantFrom('one', 'two', 'three').map((key) => [['idempotency-key', key] as const]),
      )
    : fc.constant([]);

/** @param known ids to use: by `<operation id>.<path parameter>` for paths, by member name for bodies and queries */
export const requestOf = (op: Operation, known: Known): fc.Arbitrary<FuzzRequest> =>
  fc
    .record({
      path: pathOf(op, known),
      query: queryOf(op, known),
      body: bodyOf(op, known),
      credential: authorization,
      key: idempotencyKey(op),
      extra: fc.oneof({ weight: 6, arbitrary: fc.constant<FuzzRequest['headers']>([]) }, hostileHeaders),
    })
    .map(({ path, query, body, credential, key, extra }) => ({
      method: op.method,
      path: path + query,
      headers: [...credential, ...body.headers, ...key, ...extra],
      ...(body.body !== undefined && { body: body.body }),
    }));
