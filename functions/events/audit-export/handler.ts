/**
 * Exports the audit trail: each new record is a line of this function's log group, which is of its own and keeps what
 * the stage says. A record may come twice, and is known by its id.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AuditRecord } from '../../../lib/audit/model.ts';
import { auditView } from '../../../lib/audit/view.ts';
import { domainObject } from '../../../lib/aws/items.ts';
import { log } from '../../../lib/lambda/log.ts';
import { type Change, streamFunction } from '../../../lib/lambda/stream.ts';

/** As many records as a batch has. */
const CHUNK = 100;

/** A record that goes, by its TTL, has been exported when it came. */
const added = ({ before, after }: Change): AuditRecord | undefined =>
  before || !after ? undefined : domainObject<AuditRecord>('AuditRecord', after);

/** Nothing of ours writes over a record. Whoever did had rights of their own, and leaves a line with what was there. */
const replaced = ({ before, after }: Change): { before: unknown; after: unknown } | undefined =>
  before && after && isDeepStrictEqual(before, after) === false ? { before, after } : undefined;

export const handler = streamFunction(CHUNK, async (changes) => {
  for (const change of changes.map(replaced)) if (change) log.error('an audit record was replaced', change);
  for (const record of changes.map(added)) if (record) log.info('audit', auditView(record));
});
