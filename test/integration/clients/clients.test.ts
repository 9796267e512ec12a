/**
 * Clients that others generate from our OpenAPI document: they compile, they do the main job, and their schemas take
 * what the server takes and refuse what it refuses.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { setUpRustDesk } from '../../../lib/api/connectors.ts';
import { bodyOf, type Operation } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import { compile, generateClients } from '../../clients/generated.ts';
import { brokenText } from '../../fuzz/requests.ts';
import { allowedBy, type JsonSchema } from '../../fuzz/values.ts';
import { productAt } from '../product/product.ts';
import { startOwnStack } from '../support/stack.ts';

type Schemas = Record<string, z.ZodMiniType | undefined>;
type Said = { method: string; path: string; status: number; body: unknown };
type Document = {
  servers: { url: string }[];
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: JsonSchema }> } }>>;
};

// Of its own: the bodies that are tried set up connectors, too.
const stack = await startOwnStack();
const product = productAt(stack.url);
const text = await (await fetch(`${stack.url}/v1/openapi.json`)).text();
const document = JSON.parse(text) as Document;
const folder = await generateClients(text);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack.remove();
});

const schemas = (await import(join(folder, 'schemas.ts'))) as Schemas;
/** Orval's names: of the operation `enroll` there are `EnrollBody` and `EnrollResponse`. */
const schemaOf = ({ id }: Operation, kind: 'Body' | 'Response') =>
  schemas[`${id.charAt(0).toUpperCase()}${id.slice(1)}${kind}`];

const takes = (schema: z.ZodMiniType | undefined, value: unknown): boolean => schema?.safeParse(value).success ?? false;

const withBody = operations.filter((op) => op.body);

/** Bodies as the document describes them, and the same with one member broken: as text, some of it no JSON value holds. */
const bodiesOf = (op: Operation): fc.Arbitrary<string> => {
  const entry = document.paths[op.path]?.[op.method.toLowerCase()];
  const schema = entry?.requestBody?.content['application/json']?.schema ?? {};
  const allowed = allowedBy(schema, {});
  return fc.oneof(
    allowed.map((body) => JSON.stringify(body)),
    allowed.chain((body) => brokenText(body as object)),
  );
};

/** An escape can write half a character, which no JSON Schema knows of; the server takes none. */
const isUnicode = (body: string): boolean =>
  !/\\ud[89a-f]/i.test(body) || JSON.stringify(JSON.parse(body)).isWellFormed();

describe('clients made from the OpenAPI document', () => {
  it('are sent to the address that was called, without a slash at its end', () => {
    expect(document.servers).toEqual([{ url: stack.url }]);
  });

  it('compile strictly', () => compile(folder));

  it('do the main job, and all they are answered is what their schemas say', async () => {
    const admin = await product.token('admin');
    await (await product.admin())(setUpRustDesk, { body: {} });
    const { story } = (await import(join(folder, 'story.ts'))) as {
      story: (token: string, settle: () => Promise<void>) => Promise<Said[]>;
    };
    const said = await story(admin, product.settle);
    expect(said.length).toBeGreaterThan(20);
    for (const { method, path, status, body } of said) {
      const op =
        operations.find((one) => one.method === method && one.path === path) ?? expect.fail(`${method} ${path}`);
      if (body === undefined) continue;
      const parsed = schemaOf(op, 'Response')?.safeParse(body);
      expect({ id: op.id, status, fault: parsed?.error }).toEqual({ id: op.id, status, fault: undefined });
      // What a schema does not know it drops: the document leaves nothing out.
      expect(isDeepStrictEqual(parsed?.data, body), JSON.stringify(body)).toBe(true);
    }
  });
});

describe('a schema of a body', () => {
  it.each(withBody)('of $method $path takes what the server’s own takes, and nothing else', (op) => {
    const own = bodyOf(op)?.();
    const generated = schemaOf(op, 'Body');
    fc.assert(
      fc.property(bodiesOf(op).filter(isUnicode), (body) => {
        const value: unknown = JSON.parse(body);
        expect({ body, taken: takes(generated, value) }).toEqual({ body, taken: takes(own, value) });
      }),
      { numRuns: 300 },
    );
  });

  /** Members that a rule of the server speaks of which no schema can: one needs another, or must name what is there. */
  const BEYOND_SCHEMAS = /^\/(deviceIds|groupId|exceptDeviceIds|notBefore|key|redirectUri)(\/|$)/;

  it.each(withBody)('of $method $path agrees with what the server answers', async (op) => {
    const bearer = op.caller === 'agent' ? (await product.enroll()).token : await product.token('admin');
    const bodies = fc.sample(bodiesOf(op).filter(isUnicode), { numRuns: 25, seed: 20_261_201 });
    const compared = [];
    for (const body of bodies) {
      const path = op.path.replace(/\{\w+\}/g, `unknown-${randomUUID()}`);
      const { status, body: answer } = await product.raw(op.method, path, {
        body,
        ...(op.caller !== 'none' && { token: bearer }),
      });
      // Over a limit, which is looked at before or after the body.
      if (status === 429) continue;
      const taken = takes(schemaOf(op, 'Body'), JSON.parse(body));
      const faults = answer?.code === 'invalid_request' ? (answer.errors ?? []) : [];
      const refused = taken ? faults.filter(({ path }) => !BEYOND_SCHEMAS.test(path)) : faults;
      compared.push(body);
      expect({ body, status, refused }).toEqual({
        body,
        status,
        refused: taken ? [] : expect.arrayContaining([expect.anything()]),
      });
    }
    expect(compared.length).toBeGreaterThan(5);
  });
});
