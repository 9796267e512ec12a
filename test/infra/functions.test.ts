/** Every function: what it runs on, that it has a role and a log group of its own, and exactly the environment it asks for. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { functionFolders } from '../../infra/bundle.ts';
import { LONGEST_CALL_MS } from '../../lib/aws/calls.ts';
import { asText, functionName, resources, target } from './synthesis.ts';

const functions = resources('AWS::Lambda::Function');
const logGroups = new Map(resources('AWS::Logs::LogGroup').map((group) => [group.id, group]));

const environmentOf = async (folder: string): Promise<z.ZodMiniObject> =>
  (await import(join(import.meta.dirname, '../..', folder, 'environment.ts'))).Environment;

test('each folder below functions/ is a function of the stack, and the reverse', () => {
  expect(functions.map(functionName).sort()).toEqual(
    functionFolders()
      .map(({ name }) => name)
      .sort(),
  );
});

test('no two functions share a role', () => {
  const roles = functions.map(({ properties }) => target(properties['Role']));
  expect(new Set(roles).size).toBe(functions.length);
});

describe.each(functions.map((fn) => [functionName(fn), fn] as const))('%s', (name, { properties }) => {
  test('runs on Node 24 and arm64, within the API’s patience', () => {
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    expect(properties['MemorySize']).toBeGreaterThanOrEqual(256);
    expect(properties['MemorySize']).toBeLessThanOrEqual(512);
    if (!/^(events|schedules)-/.test(name)) expect(properties['Timeout']).toBeLessThanOrEqual(29);
  });

  test('outlives a call to AWS that is never answered', () => {
    expect(properties['Timeout'] * 1000).toBeGreaterThanOrEqual(LONGEST_CALL_MS + 1_000);
  });

  test('has no physical name, so that it can be replaced', () => {
    expect(properties).not.toHaveProperty('FunctionName');
  });

  test('logs JSON to a group of its own that forgets', () => {
    const group = logGroups.get(target(properties['LoggingConfig'].LogGroup) ?? '');
    expect(group && functionName(group)).toBe(name);
    expect(group?.properties['RetentionInDays']).toBeGreaterThan(0);
    expect(properties['LoggingConfig'].LogFormat).toBe('JSON');
  });

  test('has exactly the environment that its schema asks for', async () => {
    const [group = '', ...rest] = name.split('-');
    const schema = await environmentOf(`functions/${group}/${rest.join('-')}`);
    const variables = Object.entries(properties['Environment']?.Variables ?? {});
    const { RETENTION_DAYS, ...environment } = Object.fromEntries(
      variables.map(([key, value]) => [key, asText(value)]),
    );
    // The one variable that is the stage's and not the function's.
    expect(JSON.parse(RETENTION_DAYS ?? '{}')).toEqual({ requests: 90, restarts: 90, alerts: 90, timeline: 90 });
    expect(z.safeParse(schema, environment)).toMatchObject({ success: true });
    expect(Object.keys(environment).sort()).toEqual(Object.keys(schema.def.shape).sort());
  });
});

test('an empty poll leaves no line of the platform’s in the log', () => {
  const poll = functions.find((fn) => functionName(fn) === 'agent-poll');
  expect(poll?.properties['LoggingConfig'].SystemLogLevel).toBe('WARN');
});

test('the access log forgets too', () => {
  for (const { properties } of logGroups.values()) expect(properties['RetentionInDays']).toBeGreaterThan(0);
});
