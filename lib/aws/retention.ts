/**
 * The stage's retention, as the TTL of items. TTL deletes days late, so it is the clean-up here too: what is past its
 * time is not there for any read.
 *
 * Read from the environment in this one place, and not handed through every function: it is the stage's and the same in
 * all of them, and whatever ends something needs it.
 */
import type { Instant } from '../clock.ts';
import { activityKeptUntil, DEFAULT_RETENTION_DAYS, keptUntil, type RetentionDays } from '../retention/model.ts';
import { ttl } from './dynamodb.ts';

const retentionDays = (): RetentionDays => {
  const { RETENTION_DAYS } = process.env;
  return RETENTION_DAYS === undefined ? DEFAULT_RETENTION_DAYS : (JSON.parse(RETENTION_DAYS) as RetentionDays);
};

/** The TTL of what is over since `at`. */
export const keptTtl = (kind: keyof RetentionDays, at: Instant): number => ttl(keptUntil(retentionDays(), kind, at));

/** The TTL of an alert or of an entry of a timeline. */
export const activityTtl = (
  kind: 'alerts' | 'timeline',
  happening: { at: Instant; subject: { readonly type: string } },
): number => ttl(activityKeptUntil(retentionDays(), kind, happening));
