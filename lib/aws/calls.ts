/**
 * How long a call to AWS may take, whichever client makes it. The SDK by itself waits five minutes for an answer, so one
 * call that hangs would last until its function is ended, and whoever waits would hear nothing.
 */

/** An answer takes milliseconds; the longest that is meant to be waited for is the second of a poll for messages. */
const ANSWER_WITHIN_MS = 2_500;
const CONNECT_WITHIN_MS = 1_000;

/** The SDK tries again after a time-out, a reset, a 5xx and a throttle: so many attempts in all, its own default. */
const ATTEMPTS = 3;

/** The most that it waits before the second and the third attempt together, after a throttle. */
const PAUSES_MS = 500 + 1_000;

/** What a call takes at the longest: well below the ten seconds of the shortest-lived function. */
export const LONGEST_CALL_MS = ATTEMPTS * ANSWER_WITHIN_MS + PAUSES_MS;

/** For each of the SDK's clients. */
export const CALLS = {
  maxAttempts: ATTEMPTS,
  requestHandler: {
    connectionTimeout: CONNECT_WITHIN_MS,
    requestTimeout: ANSWER_WITHIN_MS,
    throwOnRequestTimeout: true,
    // An answer that stops in the middle.
    socketTimeout: ANSWER_WITHIN_MS,
  },
};
