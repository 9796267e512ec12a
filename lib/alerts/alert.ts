/**
 * How an alert changes: each change as a pure function from the alert that is kept, if any, to the alert after.
 * `undefined` where nothing changes, as for an event that comes twice or too late.
 */
import type { Actor } from '../actor.ts';
import { type Instant, SECOND } from '../clock.ts';
import { type Alert, CHANNELS, type Notice } from './model.ts';

/** Longer than a function may run, so that who claimed a notice has told it or is dead when this is over. */
export const CLAIM_MS = 90 * SECOND;

const notice = (version: number, now: Instant): Notice => ({
  version,
  left: CHANNELS,
  claimedUntil: now + CLAIM_MS,
});

/** The changes of an alert say who tells of them: whoever saves one has claimed its notice with it. */
const changed = (kept: Alert, changes: Partial<Alert>): Alert => {
  const { notice: _, ...rest } = kept;
  return { ...rest, ...changes, version: kept.version + 1 };
};

/** Climbing makes it active again: who took it on has not ended its cause. */
export const raise = (kept: Alert | undefined, alert: Alert, now: Instant): Alert | undefined => {
  if (!kept) return { ...alert, notice: notice(alert.version, now) };
  if (kept.state === 'resolved' || (alert.level ?? 0) <= (kept.level ?? 0)) return undefined;
  const { acknowledgedBy: _, acknowledgedAt: __, ...rest } = kept;
  const { severity, level, title, data, changedAt } = alert;
  return changed(rest, {
    state: 'active',
    severity,
    ...(level !== undefined && { level }),
    title,
    ...(data && { data }),
    changedAt,
    notice: notice(kept.version + 1, now),
  });
};

/** Admins who were told of something critical are told that it is over. */
const isWorthTelling = ({ severity, notifiedAt, notice: untold }: Alert): boolean =>
  severity === 'critical' && (notifiedAt !== undefined || untold !== undefined);

export type Resolution = { readonly at: Instant; readonly words: string };

const resolvedMembers = ({ at, words }: Resolution) => ({
  state: 'resolved' as const,
  changedAt: at,
  resolvedAt: at,
  resolution: words,
});

/** An alert that is resolved before it is raised, since events overtake each other, is kept as that. */
export const overtaken = (alert: Alert, resolution: Resolution): Alert => ({
  ...alert,
  ...resolvedMembers(resolution),
});

export const resolve = (kept: Alert, resolution: Resolution, now: Instant): Alert | undefined =>
  kept.state === 'resolved'
    ? undefined
    : changed(kept, {
        ...resolvedMembers(resolution),
        ...(isWorthTelling(kept) && { notice: notice(kept.version + 1, now) }),
      });

/** What is being told meanwhile stays to be told. */
export const acknowledge = (kept: Alert, actor: Actor, now: Instant): Alert => ({
  ...kept,
  version: kept.version + 1,
  state: 'acknowledged',
  acknowledgedBy: actor.name,
  acknowledgedAt: now,
});
