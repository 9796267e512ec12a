/** From the filters in the address to the query of `GET /v1/devices`. */
import { DAY, HOUR } from '../../ui/time-text.ts';

/** For how many days a device was not seen. */
export const UNSEEN_DAYS = [1, 7, 30, 90] as const;

/** @param now to the hour is enough, and the same query for an hour */
const seenBefore = (days: string, now: number): string | undefined => {
  const known = UNSEEN_DAYS.find((each) => String(each) === days);
  return known && new Date(Math.floor(now / HOUR) * HOUR - known * DAY).toISOString();
};

/** @param unseenDays as the address has it; what is no such choice is no filter */
export const deviceQuery = <F extends { unseenDays?: string }>({ unseenDays, ...filters }: F, now: number) => ({
  ...filters,
  ...(unseenDays !== undefined && { seenBefore: seenBefore(unseenDays, now) }),
});
