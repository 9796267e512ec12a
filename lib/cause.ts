/**
 * Which request a piece of work follows from. Bound to the work and not handed on, so that no log line and no write can
 * forget it. The ids come from API Gateway and from what was stored with a change, never from what a caller sent.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export type Cause = {
  /** The request that asked for this change; absent where time or another change made it. */
  readonly requestId?: string | undefined;
  /** The request that began it all: the order of a restart, the call for help. */
  readonly correlationId?: string | undefined;
};

const causes = new AsyncLocalStorage<Cause>();

/** While `run` runs, its log lines name this cause, and what it writes is stored with the request that it names. */
export const following = <T>(cause: Cause, run: () => T): T => causes.run(cause, run);

export const currentCause = (): Cause => causes.getStore() ?? {};

/** The members that are known, for what is handed on or written down. */
export const causeMembers = ({ requestId, correlationId }: Cause): Cause => ({
  ...(requestId !== undefined && { requestId }),
  ...(correlationId !== undefined && { correlationId }),
});
