import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bodyOf, problemsOf, ROLES, routeKey } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import { PROBLEMS } from '../../../lib/api/problem.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Each operation of the contract that this version serves: and its caller. */
const CONTRACT: Record<string, string> = {
  'POST /v1/enrollment-tokens': 'admin',
  'GET /v1/enrollment-tokens': 'admin',
  'DELETE /v1/enrollment-tokens/{id}': 'admin',
  'POST /v1/enrollments': 'none',
  'GET /v1/devices': 'viewer',
  'GET /v1/devices/{id}': 'viewer',
  'PATCH /v1/devices/{id}': 'admin',
  'DELETE /v1/devices/{id}': 'admin',
  'GET /v1/devices/{id}/timeline': 'viewer',
  'POST /v1/agent/assistance-requests': 'agent',
  'GET /v1/agent/assistance-requests/{id}': 'agent',
  'POST /v1/agent/assistance-requests/{id}/withdraw': 'agent',
  'POST /v1/agent/assistance-requests/{id}/consent': 'agent',
  'POST /v1/agent/assistance-requests/{id}/end': 'agent',
  'GET /v1/assistance-requests': 'viewer',
  'GET /v1/assistance-requests/{id}': 'viewer',
  'POST /v1/assistance-requests/{id}/approve': 'helpdesk',
  'POST /v1/assistance-requests/{id}/decline': 'helpdesk',
  'POST /v1/assistance-requests/{id}/end': 'helpdesk',
  'GET /v1/connectors': 'viewer',
  'GET /v1/connectors/{name}': 'viewer',
  'POST /v1/restart-jobs': 'operator',
  'GET /v1/restart-jobs': 'viewer',
  'GET /v1/restart-jobs/{id}': 'viewer',
  'POST /v1/restart-jobs/preview': 'operator',
  'POST /v1/restart-jobs/{id}/cancel': 'operator',
  'POST /v1/restart-jobs/{id}/retry': 'operator',
  'GET /v1/restart-jobs/{id}/tasks': 'viewer',
  'GET /v1/restart-tasks': 'viewer',
  'GET /v1/restart-tasks/{id}': 'viewer',
  'POST /v1/restart-tasks/{id}/cancel': 'operator',
  'POST /v1/agent/poll': 'agent',
  'POST /v1/agent/tasks/{id}/ack': 'agent',
  'POST /v1/agent/tasks/{id}/postpone': 'agent',
  'POST /v1/agent/tasks/{id}/result': 'agent',
  'GET /v1/alerts': 'viewer',
  'POST /v1/alerts/{id}/acknowledge': 'helpdesk',
  'GET /v1/me': 'signedIn',
  'POST /v1/groups/{id}/members': 'operator',
  'GET /v1/alerts/{id}': 'viewer',
  'GET /v1/overview': 'viewer',
  'GET /v1/health': 'none',
  'GET /v1/openapi.json': 'none',
};

describe('the operations', () => {
  it('are those of the contract, each with its caller', () => {
    const callers = Object.fromEntries(operations.map((op) => [routeKey(op), op.caller]));
    expect(callers).toMatchObject(CONTRACT);
  });

  it('have an id and a route of their own', () => {
    for (const key of [operations.map(({ id }) => id), operations.map(routeKey)]) {
      expect(new Set(key).size).toBe(operations.length);
    }
  });

  it('are served by a function that there is', () => {
    const functions = ['agent', 'admin', 'public'].flatMap((group) =>
      readdirSync(join(ROOT, 'functions', group)).map((name) => `${group}-${name}`),
    );
    for (const op of operations) expect(functions).toContain(op.function);
  });

  it.each(operations.map((op) => [routeKey(op), op] as const))('%s is put in the folder of its callers', (_, op) => {
    const group = { none: 'public', agent: 'agent' }[op.caller as string] ?? 'admin';
    expect(op.function.startsWith(`${group}-`)).toBe(true);
    expect(op.path.startsWith('/v1/agent/')).toBe(op.caller === 'agent');
    if (group === 'admin') expect(['signedIn', ...ROLES]).toContain(op.caller);
  });

  it.each(operations.map((op) => [routeKey(op), op] as const))('%s names problems of the closed list', (_, op) => {
    const problems = problemsOf(op);
    for (const code of problems) expect(PROBLEMS).toHaveProperty(code);
    expect(problems).toContain('internal_error');
    expect(problems.includes('unauthenticated')).toBe(op.caller !== 'none' || op.id === 'enroll');
    expect(problems.includes('forbidden')).toBe(ROLES.includes(op.caller as never));
    // The group that devices are listed of is in the query.
    expect(problems.includes('not_found')).toBe(op.path.includes('{') || op.id === 'listDevices');
    expect(problems.includes('idempotency_key_reused')).toBe(op.idempotent === true);
  });

  it.each(operations.filter((op) => op.query && !op.html).map((op) => [routeKey(op), op] as const))(
    '%s is a list with a cursor that may be a bad one',
    (_, op) => {
      expect(problemsOf(op)).toContain('invalid_cursor');
      expect(op.query?.().safeParse({ limit: '100', cursor: 'x' }).success).toBe(true);
    },
  );

  it('take Idempotency-Key wherever something is made or ordered', () => {
    const taking = operations.filter((op) => op.idempotent).map(routeKey);
    expect(taking).toEqual(
      expect.arrayContaining([
        'POST /v1/enrollment-tokens',
        'POST /v1/enrollments',
        'POST /v1/agent/assistance-requests',
        'POST /v1/restart-jobs',
        'POST /v1/restart-jobs/{id}/retry',
      ]),
    );
  });

  it('refuse unknown members of every body, and of every query but those that another site makes', () => {
    for (const op of operations) {
      for (const schema of [bodyOf(op)?.(), op.html ? undefined : op.query?.()]) {
        const issues = schema?.safeParse({ surelyUnknown: 1 }).error?.issues ?? [];
        if (schema)
          expect(
            issues.map(({ code }) => code),
            op.id,
          ).toContain('unrecognized_keys');
      }
    }
  });
});
