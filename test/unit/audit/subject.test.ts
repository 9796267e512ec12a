import { describe, expect, it } from 'vitest';
import { routeKey } from '../../../lib/api/operation.ts';
import { operations } from '../../../lib/api/operations.ts';
import { addressed, collectionOf, subjectOfId, TYPE_OF_COLLECTION } from '../../../lib/audit/subject.ts';
import { id } from '../support/ids.ts';

describe('what a request is about', () => {
  it.each(operations.map((op) => [routeKey(op), op] as const))('is known by its kind: %s', (_, operation) => {
    expect(Object.keys(TYPE_OF_COLLECTION)).toContain(collectionOf(operation));
  });

  it.each([
    ['/v1/devices/{id}', { id: 'dev_1' }, { type: 'device', id: 'dev_1' }],
    ['/v1/groups/{id}/members/{deviceId}', { id: 'grp_1', deviceId: 'dev_1' }, { type: 'group', id: 'grp_1' }],
    ['/v1/agent/tasks/{id}/ack', { id: 'tsk_1' }, { type: 'restartTask', id: 'tsk_1' }],
    ['/v1/agent/assistance-requests/{id}', { id: 'req_1' }, { type: 'assistanceRequest', id: 'req_1' }],
    ['/v1/connectors/{name}', { name: 'rustdesk' }, { type: 'connector', id: 'rustdesk' }],
    ['/v1/connectors/teamviewer/onboarding', {}, { type: 'connector', id: 'teamviewer' }],
    ['/v1/connectors', {}, { type: 'connector' }],
    // Nothing has an id before it is made.
    ['/v1/restart-jobs', {}, { type: 'restartJob' }],
    ['/v1/restart-jobs/preview', {}, { type: 'restartJob' }],
  ] as const)('is read from %s', (path, params, subject) => {
    expect(addressed({ path }, params)).toEqual(subject);
  });

  it('is kept up to the length that an id may have', () => {
    const path = '/v1/devices/{id}';
    expect(addressed({ path }, { id: 'x'.repeat(128) })).toEqual({ type: 'device', id: 'x'.repeat(128) });
    expect(addressed({ path }, { id: 'x'.repeat(129) })).toEqual({ type: 'device' });
  });

  it('that nobody has thought of is called as its path calls it', () => {
    expect(addressed({ path: '/v1/printers/{id}' }, { id: 'p' })).toEqual({ type: 'printers', id: 'p' });
  });
});

describe('an id', () => {
  it.each([
    ['dev', 'device'],
    ['grp', 'group'],
    ['enr', 'enrollmentToken'],
    ['req', 'assistanceRequest'],
    ['job', 'restartJob'],
    ['tsk', 'restartTask'],
    ['alr', 'alert'],
  ] as const)('that begins with %s is of a %s', (prefix, type) => {
    const one = id(prefix, 'one');
    expect(subjectOfId(one)).toEqual({ type, id: one });
  });

  it.each(['', 'all', 'rustdesk', 'dev_', 'dev_1', `xxx_${'0'.repeat(26)}`, `dev_${'0'.repeat(27)}`])(
    'of something else says nothing: "%s"',
    (text) => {
      expect(subjectOfId(text)).toBeUndefined();
    },
  );
});
