/** What the documentation shows of the configuration is right, and all of the configuration is in it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig, Stage } from '../../infra/config.ts';
import { alert } from '../../lib/api/alerts.ts';
import { type Block, documents } from '../support/documents.ts';

const oidc = { issuer: 'https://login.test', audience: 'api' };
const domain = {
  name: 'a.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/a',
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A block may show some members of an object without its braces. */
const parseJson = ({ text, where }: Block): Record<string, unknown> => {
  for (const candidate of [text, `{${text}}`]) {
    try {
      const value: unknown = JSON.parse(candidate);
      if (isObject(value)) return value;
    } catch {}
  }
  throw new Error(`${where}: this is neither JSON nor members of an object`);
};

const hasOnly = (value: unknown, names: readonly string[]): value is Record<string, unknown> =>
  isObject(value) && Object.keys(value).length > 0 && Object.keys(value).every((name) => names.includes(name));

const SETTINGS = Object.keys(Stage.shape);

/** The settings of a stage; who its admins are is added where the example leaves it out. */
const checkStage = (settings: Record<string, unknown>): void => {
  const admins = 'oidc' in settings || 'cognito' in settings ? {} : { oidc };
  parseConfig('prod', { prod: { ...admins, ...settings } });
};

/** Kinds of JSON that the documentation has: how one is known, and what must be true of it. */
const KINDS: Readonly<
  Record<string, { is: (json: object) => boolean; check: (json: Record<string, unknown>) => void }>
> = {
  'settings of a stage': { is: (json) => hasOnly(json, SETTINGS), check: checkStage },
  'stages by name': {
    is: (json) => Object.values(json).every((stage) => hasOnly(stage, SETTINGS)),
    check: (json) => {
      for (const settings of Object.values(json)) checkStage(settings as Record<string, unknown>);
    },
  },
  'an IAM policy': {
    is: (json) => 'Statement' in json,
    check: ({ Version, Statement }) => {
      expect(Version).toBe('2012-10-17');
      for (const each of Statement as object[]) expect(Object.keys(each)).toEqual(['Effect', 'Action', 'Resource']);
    },
  },
  // Its values are made up; that the form is so, `webhooks.test.ts` and the local stack's webhooks hold.
  'what a generic webhook posts': {
    is: (json) => 'alert' in json,
    check: (json) => {
      expect(Object.keys(json)).toEqual(['type', 'occurredAt', 'alert', 'link']);
      const known = ['version', ...Object.keys(alert().shape)];
      for (const name of Object.keys(json['alert'] as object)) expect(known).toContain(name);
    },
  },
};

/** Languages whose blocks are looked at here, or elsewhere, or need not be. */
const LANGUAGES: Readonly<Record<string, string>> = {
  json: 'here',
  sh: 'test/integration/product/docs.test.ts runs them',
  mermaid: 'drawn, and not typed by anybody',
};

const blocks = documents().flatMap((document) => document.blocks);

test('every block says what it is written in, and somebody looks at it', () => {
  const unknown = blocks.filter(({ language }) => !(language in LANGUAGES));
  const advice = 'write commands as sh, or add the language to LANGUAGES with who checks it';
  expect(unknown.map(({ where, language }) => `${where}: "${language}": ${advice}`)).toEqual([]);
});

const json = blocks.filter(({ language }) => language === 'json');

test('there are examples', () => {
  expect(json.length).toBeGreaterThan(5);
});

test.each(json.map((block) => [block.where, block] as const))('%s is right', (where, block) => {
  const value = parseJson(block);
  const kind = Object.values(KINDS).find(({ is }) => is(value));
  if (!kind) throw new Error(`${where} is ${Object.keys(KINDS).join(', or ')}: none of these. Add its kind to KINDS.`);
  kind.check(value);
});

describe('docs/deploy.md lists what a stage may say', () => {
  type Schema = { properties?: Record<string, Schema>; required?: string[]; default?: unknown };

  /** Each setting's path; an object with a default of its own is one setting. */
  const leaves = (schema: Schema, path: string[] = []): { path: string[]; required: boolean }[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
      const here = [...path, name];
      const isWhole = !member.properties || (isObject(member.default) && Object.keys(member.default).length > 0);
      const required = path.length > 0 && (schema.required ?? []).includes(name);
      return isWhole && name !== 'connectors' ? [{ path: here, required }] : leaves(member, here);
    });

  const parsed = [{ oidc, domain, console: { clientId: 'console' } }, { cognito: { domainPrefix: 'acme' } }].map(
    (stage) => parseConfig('prod', { prod: stage }),
  );
  const defaultOf = (path: readonly string[]): unknown =>
    parsed
      .map((config) => path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), config))
      .find((value) => value !== undefined);
  const write = (value: unknown): string => (value === undefined ? '—' : `\`${JSON.stringify(value)}\``);

  /** What the code cannot say by itself, because it follows from something else. */
  const FOLLOWS: Readonly<Record<string, string>> = {
    protectData: '`true`, but for `dev` and `local`',
    'connectors.default': '`"rustdesk"`',
  };

  const text = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const [, table = ''] = text.split('## What a stage may say');
  const rows = [...table.matchAll(/^\| `([\w.]+)` *\| (.*?) *\| (.*?) *\|$/gm)].map((row) => row.slice(1, 3));

  test('all of it, with what is so where it says nothing', () => {
    const schema = z.toJSONSchema(Stage, { io: 'input' }) as Schema;
    const expected = leaves(schema).map(({ path, required }) => {
      const name = path.join('.');
      return [name, FOLLOWS[name] ?? (required ? 'required' : write(defaultOf(path)))];
    });
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(expected));
  });
});
