import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditRecord } from '../../../lib/audit/model.ts';
import { auditView } from '../../../lib/audit/view.ts';
import { addRecord } from '../../../lib/aws/audit-items.ts';
import { ANNA, DEVICE_ID } from '../support/fixtures.ts';
import { loadFunction } from '../support/functions.ts';
import { id } from '../support/ids.ts';
import { streamCaller } from '../support/stream.ts';
import { T0 } from '../support/time.ts';

const recordOf = (name: string): AuditRecord => ({
  id: id('evt', name),
  at: T0,
  actor: { type: 'admin', ...ANNA, roles: ['admin'] },
  operation: 'renameDevice',
  subject: { type: 'device', id: DEVICE_ID },
  sourceIp: '192.0.2.1',
  requestId: name,
  outcome: 'succeeded',
});

const itemOf = (name: string) => addRecord({ table: 'audit', retentionDays: 30 }, recordOf(name)).Put?.Item;

let logged: string[];

beforeEach(() => {
  logged = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('events-audit-export', () => {
  const run = async (changes: Parameters<ReturnType<typeof streamCaller>>[0]) =>
    streamCaller(await loadFunction('events-audit-export'))(changes);

  it('writes each new record as a line, as the API shows it', async () => {
    expect(await run([{ after: itemOf('one') }, { after: itemOf('two') }])).toEqual([]);
    expect(logged.map((line) => line.endsWith('}\n') && JSON.parse(line))).toMatchObject([
      { message: 'audit', ...auditView(recordOf('one')) },
      { message: 'audit', ...auditView(recordOf('two')) },
    ]);
  });

  it('writes nothing for a record that goes', async () => {
    expect(await run([{ before: itemOf('one'), byTtl: true }])).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('says so where a record was written over, with what was there', async () => {
    const forged = { ...itemOf('one'), actor: { type: 'admin', id: 'x', name: 'somebody else' } };
    expect(await run([{ before: itemOf('one'), after: forged }])).toEqual([]);
    expect(JSON.parse(logged.join(''))).toMatchObject({
      level: 'ERROR',
      message: 'an audit record was replaced',
      before: { actor: { name: ANNA.name } },
      after: { actor: { name: 'somebody else' } },
    });
  });

  it('reports what is no record, and where to go on', async () => {
    expect(await run([{ after: itemOf('one') }, { after: { pk: 'x', sk: 'y', type: 'Device' } }])).toEqual([
      'sequence-1',
    ]);
  });
});
