import { describe, expect, it } from 'vitest';
import { claimAt, displayNameIn, rolesIn, shownNameIn } from '../../../lib/admins/rules.ts';
import { parseUniqueJson } from '../../../lib/unique-json.ts';

describe('a claim', () => {
  const claims = {
    'cognito:groups': 'colons',
    'https://acme.example/roles': 'a URL',
    roles: 'plain',
    realm_access: { roles: 'nested', 'a.b': { c: 'dots inside' } },
    resource_access: { 'my.client': { roles: 'of a client' }, my: { other: 'beside it' } },
    'x.y': { z: 'the longer name' },
    x: { y: { z: 'the shorter name', w: 'only there' } },
    list: [{ roles: 'in a list' }],
    text: 'text',
    nothing: null,
  };

  it.each([
    ['cognito:groups', 'colons'],
    ['https://acme.example/roles', 'a URL'],
    ['roles', 'plain'],
    ['realm_access.roles', 'nested'],
    ['realm_access.a.b.c', 'dots inside'],
    ['resource_access.my.client.roles', 'of a client'],
    ['resource_access.my.other', 'beside it'],
    ['x.y.z', 'the longer name'],
    ['x.y.w', 'only there'],
    ['nothing', null],
  ])('is found by its name or by a path: %s', (path, value) => {
    expect(claimAt(claims, path)).toBe(value);
  });

  it.each([
    'missing',
    'realm_access.missing',
    'realm_access.roles.0',
    'list.0.roles',
    'list.length',
    'text.length',
    'nothing.at',
    'constructor',
    '__proto__',
    '__proto__.constructor',
    'realm_access.constructor.name',
    '',
    '.',
    'roles.',
    '.roles',
  ])('is not there: %j', (path) => {
    expect(claimAt(claims, path)).toBeUndefined();
  });

  it('called __proto__ is one as any other', () => {
    const odd = JSON.parse('{"__proto__":{"roles":["admin"]}}');
    expect(claimAt(odd, '__proto__.roles')).toEqual(['admin']);
    expect(claimAt(odd, 'roles')).toBeUndefined();
  });
});

describe('a text with several values', () => {
  const rules = { claim: 'scope', spaceSeparated: true };

  it('is cut at spaces where the stage says so, and only there', () => {
    expect(rolesIn({ scope: 'operator openid viewer' }, rules)).toEqual(['viewer', 'operator']);
    expect(rolesIn({ scope: 'operator openid viewer' }, { claim: 'scope' })).toEqual([]);
    for (const scope of ['viewer,admin', 'viewer\tadmin', 'viewer\u00a0admin', 'admin\n', '[admin]', 'site-admin']) {
      expect(rolesIn({ scope }, rules)).toEqual([]);
    }
  });

  it('is none where it stands in a list', () => {
    expect(rolesIn({ scope: ['Site admin', 'viewer'] }, rules)).toEqual(['viewer']);
  });
});

describe('JSON without repeated members', () => {
  it.each([
    '{}',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '{"a":"b","b":"a"}',
    '{"a":"\\"a\\":1,{","b":["a","a",":"]}',
    '[["a","a"],"a"]',
    '"a:a"',
    'null',
    '{"\\\\":1,"\\"":2}',
  ])('is read: %s', (json) => {
    expect(parseUniqueJson(json)).toEqual(JSON.parse(json));
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":{"c":[{"d":1, "d" :2}]}}',
    '{"a":{},"\\u0061":1}',
    '{"a":[{}],"b":"a","a":2}',
    '{"__proto__":1,"__proto__":2}',
    '{"":1,"":2}',
    '{"a":1',
    '',
  ])('is refused otherwise: %s', (json) => {
    expect(() => parseUniqueJson(json)).toThrow(SyntaxError);
  });

  it('may be as long as a header', () => {
    const long = JSON.stringify({ a: 'x'.repeat(1_000_000), b: Array(10_000).fill('y') });
    expect(parseUniqueJson(long)).toEqual(JSON.parse(long));
  });
});

describe('an admin’s name', () => {
  it('is one line, and as long as a name at most, whatever the token says', () => {
    expect(shownNameIn({ username: 'anna' })).toBe('anna');
    expect(shownNameIn({ username: 'anna\nadmin\u202e approved\u2028it' })).toBe('anna admin  approved it');
    expect(shownNameIn({ username: '🙂'.repeat(5000) })).toBe('🙂'.repeat(128));
    expect(shownNameIn({ preferred_username: 'a\ud800b' })).toBe('a\ufffdb');
    expect(displayNameIn({ name: ` ${'x'.repeat(200)}\n` })).toBe('x'.repeat(128));
  });

  it('is another claim’s where one says nothing, and the subject’s where none does', () => {
    expect(shownNameIn({ username: '\u202e', email: 'a@b.test', sub: 's' })).toBe('a@b.test');
    expect(shownNameIn({ username: ['anna'], sub: 's\n1' })).toBe('s 1');
    expect(shownNameIn({ sub: '\u0007' })).toBe('An admin');
  });
});
