/** What stops the local stack from starting: something the person who started it can put right. */

/** An error whose message says what is wrong and what to do; shown alone, without a stack trace. */
export class StartError extends Error {
  override name = 'StartError';
}

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
