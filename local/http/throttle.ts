/** The stage's throttling: a token bucket for each route with limits of its own, and one for all the others. */
import type { ApiModel, ThrottleModel } from '../resources/model.ts';

/** Takes one request; says whether it may pass. `nowMs`: a clock that only goes forward. */
export type Bucket = (nowMs: number) => boolean;

export const createBucket = ({ ratePerSecond, burst }: ThrottleModel): Bucket => {
  let tokens = burst;
  let last: number | undefined;
  return (nowMs) => {
    tokens = Math.min(burst, tokens + ((nowMs - (last ?? nowMs)) / 1000) * ratePerSecond);
    last = nowMs;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
};

/** What an account may take in a region when the stage says nothing. */
const ACCOUNT_LIMIT: ThrottleModel = { ratePerSecond: 10_000, burst: 5_000 };

/** By route key, whether a request may pass now. */
export const createThrottle = (
  api: Pick<ApiModel, 'defaultThrottle' | 'routeThrottles'>,
): ((routeKey: string) => boolean) => {
  const shared = createBucket(api.defaultThrottle ?? ACCOUNT_LIMIT);
  const own = new Map([...api.routeThrottles].map(([key, limit]) => [key, createBucket(limit)]));
  return (routeKey) => (own.get(routeKey) ?? shared)(performance.now());
};
