/**
 * A request that nobody answers climbs: after each of its times it is a level higher, and the admins are told again.
 * The times are the stage's as they were when the person asked, and are kept with the request; so whatever looks at it
 * later needs to know nothing else.
 */
import { type Instant, MINUTE } from '../clock.ts';
import type { AssistanceRequest } from './model.ts';
import { isExpired } from './request.ts';

/** @param afterMinutes rising; what comes after the request is gone does not come */
export const climbing = (request: AssistanceRequest, afterMinutes: readonly number[]): AssistanceRequest => {
  const times = afterMinutes.map((minutes) => request.createdAt + minutes * MINUTE);
  const climbsAt = times.filter((at) => at < (request.expiresAt ?? Number.POSITIVE_INFINITY));
  return climbsAt.length > 0 ? { ...request, climbsAt } : request;
};

/** When a pending request climbs next. */
export const nextClimbAt = ({ climbsAt = [], level = 0 }: AssistanceRequest): Instant | undefined => climbsAt[level];

/**
 * To the highest level whose time has come, in one change: who was down for hours alerts once.
 * @returns `undefined` where it does not climb now
 */
export const climb = (request: AssistanceRequest, now: Instant): AssistanceRequest | undefined => {
  if (request.state !== 'pending' || isExpired(request, now)) return undefined;
  const level = (request.climbsAt ?? []).filter((at) => at <= now).length;
  if (level <= (request.level ?? 0)) return undefined;
  return { ...request, level, version: request.version + 1, changedAt: now };
};

/** For how long nobody had answered when it came to its level. */
export const waitedMinutes = ({ createdAt, climbsAt = [], level = 0 }: AssistanceRequest): number =>
  Math.round(((climbsAt[level - 1] ?? createdAt) - createdAt) / MINUTE);
