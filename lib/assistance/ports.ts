/** What the assistance use cases need from outside. */
import type { Instant } from '../clock.ts';
import type { IdempotencyRecord } from '../idempotency/model.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { AssistanceRequest, AssistanceState, ExpiredRequest } from './model.ts';

export type AssistanceRepository = {
  find(id: Id): Promise<AssistanceRequest | undefined>;
  findExpired(id: Id): Promise<ExpiredRequest | undefined>;
  /** Newest first. */
  list(request: PageRequest & { state?: AssistanceState | undefined }): Promise<Page<AssistanceRequest>>;
  /**
   * Creates the request and makes it its device's open one.
   * @returns false where the device has an open one already, or is retired
   */
  create(request: AssistanceRequest, record?: IdempotencyRecord): Promise<boolean>;
  /** @throws ConcurrentChange */
  save(before: AssistanceRequest, after: AssistanceRequest, record?: IdempotencyRecord): Promise<void>;
  /** Requests whose four hours are over, soonest due first; some may be answered by now. */
  due(now: Instant): AsyncIterable<Id>;
  /** Deletes a request that nobody answered, and keeps what its device may ask about; nothing where it was answered. */
  expire(request: AssistanceRequest, now: Instant): Promise<void>;
};
