import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../lib/api/openapi.ts';
import { type Operation, problemsOf, roleFor, routeKey } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import { PROBLEMS } from '../../../lib/api/problem.ts';

type Json = { [key: string]: Json };

// As a client gets it: what JSON cannot write is gone.
const document = JSON.parse(JSON.stringify(openApiDocument('1.2.3', 'https://api.example.org'))) as Json;

const entries = operations.map((op) => ({
  op,
  route: routeKey(op),
  entry: document['paths']?.[op.path]?.[op.method.toLowerCase()] as Json,
}));

const resolve = (ref: string): unknown =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document);

const refsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
};

describe('the OpenAPI document', () => {
  it('is of version 3.1 and says what it describes', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'remote-assist', version: '1.2.3' } });
  });

  it('is well-formed by the recommended rules of a public linter', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const source = JSON.stringify(document);
    const found = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
    expect(found.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
    const broken = source.replace('"operationId":"getHealth"', '"operationId":"enroll"');
    expect(await lintFromString({ source: broken, config, absoluteRef: 'openapi.json' })).not.toEqual([]);
  });

  it('has every operation once, and nothing else', () => {
    const inDocument = Object.entries(document['paths'] ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(inDocument.sort()).toEqual(entries.map(({ route }) => route).sort());
    const ids = entries.map(({ entry }) => String(entry['operationId']));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers only to what it has', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of refs) expect(resolve(ref), ref).toBeDefined();
  });

  it('has a tag for each one that is used', () => {
    const tags = (document['tags'] as unknown as { name: string }[]).map(({ name }) => name);
    for (const { entry } of entries) expect(tags).toContain((entry['tags'] as unknown as string[])[0]);
  });

  it.each(entries)('says who may call $route', ({ op, entry }) => {
    const schemes = (entry['security'] as unknown as Json[]).flatMap(Object.keys);
    if (op.caller === 'none') expect(schemes).toEqual([]);
    else expect(schemes).toEqual([op.caller === 'agent' ? 'deviceToken' : 'adminToken']);
    for (const scheme of schemes) expect(document['components']?.['securitySchemes']).toHaveProperty(scheme);
    const role = roleFor(op);
    if (role) expect(entry['description']).toContain(`\`${role}\``);
  });

  it.each(entries)('has every parameter in the path of $route, and no other', ({ op, entry }) => {
    const parameters = entry['parameters'] as unknown as { in?: string; name?: string; required?: boolean }[];
    const inPath = parameters.filter((one) => one.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(op.path.match(/\{\w+\}/g) ?? []);
    for (const { required } of inPath) expect(required).toBe(true);
    const names = parameters.map((one) => one.name).filter((name) => name !== undefined);
    expect(new Set(names).size).toBe(names.length);
    expect(names.includes('limit')).toBe(op.query !== undefined && !op.html);
  });

  const mediaTypeOf = (op: Operation, status: string): string => {
    if (op.html) return 'text/html';
    return Number(status) < 300 ? 'application/json' : 'application/problem+json';
  };

  it.each(entries)("has every answer of $route, ours with their request id, and the gateway's", ({ op, entry }) => {
    const ours = new Set([
      ...Object.keys(op.answers()),
      ...(op.conditional ? ['304'] : []),
      ...problemsOf(op).map((code) => String(PROBLEMS[code].status)),
    ]);
    const gateways = new Set([
      ...(op.caller === 'none' || op.caller === 'agent' ? [] : ['401']),
      ...(op.method === 'GET' || op.method === 'DELETE' ? [] : ['413']),
      ...['429', '500', '503'],
    ]);
    expect(Object.keys(entry['responses'] ?? {}).sort()).toEqual([...new Set([...ours, ...gateways])].sort());
    for (const [status, response] of Object.entries(entry['responses'] ?? {})) {
      if (ours.has(status)) expect(response['headers']).toHaveProperty('X-Request-Id');
      expect(response['description']).toBeTruthy();
      const expected = [
        ...(ours.has(status) ? [mediaTypeOf(op, status)] : []),
        ...(gateways.has(status) ? ['application/json'] : []),
      ];
      expect(Object.keys(response['content'] ?? {})).toEqual(['204', '304'].includes(status) ? [] : expected);
    }
  });

  it.each(entries.filter(({ op }) => op.body))('takes no unknown member in the body of $route', ({ entry }) => {
    const schema = entry['requestBody']?.['content']?.['application/json']?.['schema'];
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('lets answers grow: a client must take members that it does not know', () => {
    for (const { entry } of entries) {
      expect(JSON.stringify(entry['responses'])).not.toContain('"additionalProperties":false');
    }
  });

  it('asks for no member that has a default, and names the default', () => {
    const { entry } = entries.find(({ op }) => op.id === 'orderRestart') ?? expect.fail('orderRestart');
    const schema = entry['requestBody']?.['content']?.['application/json']?.['schema'];
    expect(schema?.['required'] ?? []).toEqual([]);
    expect(schema?.['properties']?.['graceSeconds']).toMatchObject({
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      default: 300,
    });
  });

  it('says that a body may be left out where nothing in it must be given', () => {
    for (const { op, entry } of entries) {
      if (op.body) expect(entry['requestBody']?.['required'], op.id).toBe(!op.body().safeParse({}).success);
    }
  });

  it('names the address that it was asked for at, as clients put a path behind it', () => {
    expect(document['servers']).toEqual([{ url: 'https://api.example.org' }]);
  });

  it('has a component for every resource, and answers refer to it', () => {
    const schemas = document['components']?.['schemas'] ?? {};
    const names =
      'AgentRequest AgentTask Alert AuditEvent Connector Device EnrollmentToken Group Job Problem Request Task';
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining([...names.split(' '), 'TimelineEntry', 'RestartPreview']),
    );
    const answerOf = (id: string, status: string) =>
      entries.find(({ op }) => op.id === id)?.entry['responses']?.[status]?.['content']?.['application/json']?.[
        'schema'
      ];
    expect(answerOf('getDevice', '200')).toEqual({ $ref: '#/components/schemas/Device' });
    expect(answerOf('orderRestart', '202')).toEqual({ $ref: '#/components/schemas/Job' });
    expect(answerOf('listAlerts', '200')).toMatchObject({
      properties: { items: { items: { $ref: '#/components/schemas/Alert' } } },
    });
    expect(answerOf('poll', '200')).toMatchObject({
      properties: { assistanceRequest: { $ref: '#/components/schemas/AgentRequest' } },
    });
    expect(schemas['Request']?.['properties']?.['session']).toEqual({ $ref: '#/components/schemas/Session' });
  });

  it('has patterns that ECMAScript and PCRE read alike, and no two for one text, of which generators lose both', () => {
    const text = JSON.stringify(document);
    const patterns = [...text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, found]) =>
      String(JSON.parse(found ?? '""')),
    );
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) {
      for (const flags of ['', 'u']) expect(() => new RegExp(pattern, flags), pattern).not.toThrow();
      // Of escapes only bytes and marks: \d, \s, \w, \b, \p and \u are read differently, or not at all. No lookaround.
      expect(pattern.replace(/\\(x[0-9a-f]{2}|[^A-Za-z0-9])/g, '')).not.toMatch(/\\|\(\?|\[\[:/);
    }
    expect(text).not.toContain('allOf');
  });

  it('shows every code of the closed list of problems', () => {
    const codes = document['components']?.['schemas']?.['Problem']?.['properties']?.['code']?.['enum'];
    expect(codes).toEqual(Object.keys(PROBLEMS));
  });
});
