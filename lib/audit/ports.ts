/** What auditing needs from outside. */
import type { Page, PageRequest } from '../page.ts';
import type { AuditRecord, AuditSubject } from './model.ts';

/** Makes the record of a change, of which `changed` is the subject where the change itself shows one. */
export type Describe = (changed: AuditSubject | undefined) => AuditRecord;

export type AuditTrail = {
  /** While `serve` runs, each change takes its record along: both are written, or neither is. */
  follow<T>(describe: Describe, serve: () => Promise<T>): Promise<T>;
  /** For what was denied, where there is no change to go with. */
  append(record: AuditRecord): Promise<void>;
};

export type AuditFilter = { actor?: string | undefined; subject?: string | undefined };

export type AuditLog = {
  /** Newest first. */
  list(request: PageRequest & AuditFilter): Promise<Page<AuditRecord>>;
};
