/** What the assistance use cases need from outside. */

import type { Instant } from '../clock.ts';
import type { Spending } from '../devices/allowance.ts';
import type { IdempotencyRecord } from '../idempotency/model.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { DueLane } from './due.ts';
import type { AssistanceRequest, AssistanceState, ExpiredRequest } from './model.ts';

export type AssistanceRepository = {
  find(id: Id): Promise<AssistanceRequest | undefined>;
  findExpired(id: Id): Promise<ExpiredRequest | undefined>;
  /** Newest first: all, or those in one state. */
  list(request: PageRequest & { state?: AssistanceState | undefined }): Promise<Page<AssistanceRequest>>;
  /** Oldest first: those in any of the states. */
  listIn(states: readonly AssistanceState[], request: PageRequest): Promise<Page<AssistanceRequest>>;
  /** Newest first; one that was made a moment ago may be missing. */
  listOfDevice(deviceId: Id, request: PageRequest): Promise<Page<AssistanceRequest>>;
  /**
   * Creates the request and makes it its device's open one.
   * @returns false where the device has an open one already, or is retired
   */
  create(request: AssistanceRequest, record?: IdempotencyRecord, spending?: Spending): Promise<boolean>;
  /** @throws ConcurrentChange */
  save(before: AssistanceRequest, after: AssistanceRequest, record?: IdempotencyRecord): Promise<void>;
  /**
   * Saves a change that does not concern the device: not of the state.
   * @throws ConcurrentChange
   */
  amend(before: AssistanceRequest, after: AssistanceRequest): Promise<void>;
  /**
   * Saves that somebody was given the ways into the session, with the audit record of it.
   * @throws ConcurrentChange
   */
  noteReader(before: AssistanceRequest, after: AssistanceRequest): Promise<void>;
  /** Has the sweep look at an unchanged request again at `at`; nothing where it has changed meanwhile. */
  postpone(request: AssistanceRequest, at: Instant): Promise<void>;
  /** What the sweep must look at in this lane, also of what is left of expired requests; some may have changed by now. */
  due(now: Instant, lane: DueLane): AsyncIterable<Id>;
  /** Deletes a request that nobody answered, and keeps what its device may ask about; nothing where it was answered. */
  expire(request: AssistanceRequest, now: Instant): Promise<void>;
  /** Replaces what is left of an expired request. */
  saveExpired(expired: ExpiredRequest): Promise<void>;
};
