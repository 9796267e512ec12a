/** What the alert use cases need from outside. */
import type { Instant } from '../clock.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Alert, AlertState } from './model.ts';

export type AlertRepository = {
  find(id: Id): Promise<Alert | undefined>;
  /** Newest first. */
  list(request: PageRequest & { state?: AlertState | undefined }): Promise<Page<Alert>>;
  /** Creates the alert, unless there is one of this id. */
  create(alert: Alert): Promise<void>;
  /**
   * Saves a change of state.
   * @throws ConcurrentChange when its state is not what it was `before`
   */
  save(before: Alert, after: Alert): Promise<void>;
  markNotified(id: Id, now: Instant): Promise<void>;
};

/** Where admins are told of alerts. */
export type Notifier = { notify(alert: Alert): Promise<void> };
