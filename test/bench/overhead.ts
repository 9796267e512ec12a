/**
 * What the adapter, the middleware and the validation cost per call: a poll through `httpFunction`, beside a bare
 * handler that makes the same read and gives the same answer. The read itself is answered at once, in this process.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { poll } from '../../lib/api/restarts.ts';
import { createAuditTrail } from '../../lib/aws/audit-trail.ts';
import { createCredentialReader } from '../../lib/aws/credential-repository.ts';
import { deviceItem } from '../../lib/aws/device-items.ts';
import type { Database } from '../../lib/aws/dynamodb.ts';
import { deviceKey } from '../../lib/aws/keys.ts';
import { issueToken } from '../../lib/devices/credential.ts';
import { randomId } from '../../lib/ids.ts';
import { httpFunction } from '../../lib/lambda/http.ts';
import { answer, type HttpEvent, route } from '../../lib/lambda/http-types.ts';
import { type Figure, info, median, ratio } from './figure.ts';

const ROUNDS = 40;
const CALLS = 500;

const id = randomId('dev', Date.now());
const { token, secretHash } = issueToken('device', id);
const Item = deviceItem({
  id,
  version: 1,
  name: 'Reception',
  platform: 'windows',
  agentVersion: '1.0.0',
  credentialHash: secretHash,
  enrolledAt: 0,
});
const db = { send: async () => ({ Item }) } as unknown as Database;

const event = {
  routeKey: 'POST /v1/agent/poll',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ bootId: 'boot-of-the-bench', bootedAt: '2026-01-01T00:00:00Z', agentVersion: '1.0.0' }),
  requestContext: { requestId: 'bench' },
} as unknown as HttpEvent;

const ours = httpFunction({
  audit: createAuditTrail(db, { AUDIT_TABLE: 'audit', AUDIT_RETENTION_DAYS: '400' }),
  credentials: createCredentialReader(db, 'devices'),
  deviceConsistency: 'eventually',
  routes: [route(poll, async () => answer(204, undefined, 60))],
});

const bare = async ({ body }: HttpEvent) => {
  JSON.parse(body ?? '');
  await db.send(new GetCommand({ TableName: 'devices', Key: deviceKey(id) }));
  return { statusCode: 204, headers: { 'cache-control': 'no-store', 'retry-after': '60' } };
};

const context = { getRemainingTimeInMillis: () => 10_000 };

/** In microseconds per call. */
const time = async (handler: (event: HttpEvent, context: never) => unknown): Promise<number> => {
  const start = process.hrtime.bigint();
  for (let call = 0; call < CALLS; call += 1) await handler(event, { ...context } as never);
  return Number(process.hrtime.bigint() - start) / 1000 / CALLS;
};

/** Both in turn, after a few rounds that warm them up. */
export const overhead = async (): Promise<Figure[]> => {
  const answered = (await ours(event, { ...context } as never)) as { statusCode?: number };
  if (answered.statusCode !== 204) throw new Error(`the poll answers ${answered.statusCode}, not 204`);
  const pairs: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) pairs.push([await time(bare), await time(ours)]);
  const warm = pairs.slice(ROUNDS / 4);
  const added = median(warm.map(([without, whole]) => whole - without));
  const times = median(warm.map(([without, whole]) => whole / without));
  return [
    info('adapter, middleware and validation, per call', `+${added.toFixed(0)} µs (${ratio(times)} a bare handler)`),
  ];
};
