/**
 * Audit records: who did what to what, when, from where, and how it ended. A record is written once and never changed.
 * It holds the names of admins and devices, and nothing of what a request said.
 */
import type { Role } from '../api/operation.ts';
import type { Instant } from '../clock.ts';
import type { Id } from '../ids.ts';

export type AuditActor = {
  readonly type: 'admin' | 'device';
  readonly id: string;
  readonly name: string;
  /** An admin's, as the token had them. */
  readonly roles?: readonly Role[];
};

export type AuditSubject = {
  readonly type: string;
  /** Absent where it was to be created, and was not. */
  readonly id?: string;
};

export type AuditRecord = {
  readonly id: Id;
  readonly at: Instant;
  readonly actor: AuditActor;
  /** The contract's operation id. */
  readonly operation: string;
  readonly subject: AuditSubject;
  /** What let the actor in, where that is not the actor's own credential: an enrolment token. */
  readonly using?: AuditSubject;
  readonly sourceIp: string;
  readonly requestId: string;
  /** `succeeded`: the change was made. `denied`: nothing was changed. */
  readonly outcome: 'succeeded' | 'denied';
  /** What a denied attempt was answered. */
  readonly status?: number;
};
