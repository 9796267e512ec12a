/**
 * For how long what is over is kept. What names a person goes when the request that the person made would go at the
 * latest, wherever it is: a name outlives its request neither in an alert nor in a timeline.
 */
import { DAY, type Instant } from '../clock.ts';

/** Days, by what is kept; a stage may say others. */
export const DEFAULT_RETENTION_DAYS = {
  /** Assistance requests, from their end: who asked, their address, and what they wrote. */
  requests: 90,
  /** Restart jobs and tasks, from their end. */
  restarts: 90,
  /** Alerts, from when they were raised. */
  alerts: 90,
  /** Entries of the devices' timelines; and retired devices, which have a timeline for as long as they are known. */
  timeline: 90,
} as const;

export type RetentionDays = { readonly [Kind in keyof typeof DEFAULT_RETENTION_DAYS]: number };

type Subject = { readonly type: string };

/** An alert's own entries repeat its title. */
const namesPerson = ({ type }: Subject): boolean => type === 'assistanceRequest' || type === 'alert';

const activityDays = (days: RetentionDays, kind: 'alerts' | 'timeline', subject: Subject): number =>
  namesPerson(subject) ? Math.min(days[kind], days.requests) : days[kind];

export const keptUntil = (days: RetentionDays, kind: keyof RetentionDays, at: Instant): Instant =>
  at + days[kind] * DAY;

/** For an alert or an entry of a timeline, by what it is about. */
export const activityKeptUntil = (
  days: RetentionDays,
  kind: 'alerts' | 'timeline',
  { at, subject }: { at: Instant; subject: Subject },
): Instant => at + activityDays(days, kind, subject) * DAY;
