/** What the alert use cases need from outside. */
import type { Instant } from '../clock.ts';
import type { Id } from '../ids.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Alert, AlertState, Channel } from './model.ts';
import type { Cause } from './rules.ts';

/** A later event of the device has ended the alert's cause already; nothing was written. */
export class CauseGone extends Error {
  override readonly name = 'CauseGone';
}

export type AlertRepository = {
  find(id: Id): Promise<Alert | undefined>;
  /** Newest first. */
  list(request: PageRequest & { state?: AlertState | undefined }): Promise<Page<Alert>>;
  /**
   * Saves a change, and what it is in its device's timeline with it.
   * @param before absent where the alert is new
   * @throws ConcurrentChange when it is not what it was `before`; CauseGone for a new one that is not resolved
   */
  save(before: Alert | undefined, after: Alert): Promise<void>;
  /** From now on, an alert of this device that the cause raised by then is not new any more. */
  clear(deviceId: Id, cause: Cause, at: Instant): Promise<void>;
  /** The device's alerts that have a cause and are not resolved. */
  unresolved(deviceId: Id): Promise<Id[]>;
  /** Those that resolve by themselves, and those of which nobody has told; some may have changed by now. */
  due(now: Instant): AsyncIterable<Id>;
};

/** A way to tell admins of alerts. */
export type Notifier = { notify(alert: Alert): Promise<void> };

export type Channels = Readonly<Record<Channel, Notifier>>;
