/** The audit trail: who did what to what, when, from where, and how it ended. */
import * as z from 'zod/mini';
import { page, pageQuery, timestamp } from './common.ts';
import { resource } from './named.ts';
import { type Operation, ROLES } from './operation.ts';

export const auditEvent = () =>
  resource('AuditEvent', {
    id: z.string(),
    at: timestamp(),
    actor: z.object({
      type: z.enum(['admin', 'device']),
      /** An admin's is the `sub` of the access token. */
      id: z.string(),
      name: z.string(),
      /** An admin's, as the token had them. */
      roles: z.optional(z.array(z.enum(ROLES))),
    }),
    /** The operation's id in this document. */
    operation: z.string(),
    /** Without `id` where something was to be created and the attempt was denied. */
    subject: z.object({ type: z.string(), id: z.optional(z.string()) }),
    /** What let the actor in, where that is not the actor's own credential: the enrolment token of a new device. */
    using: z.optional(z.object({ type: z.string(), id: z.optional(z.string()) })),
    sourceIp: z.string(),
    /** The `X-Request-Id` of the answer. */
    requestId: z.string(),
    /** `succeeded`: the change was made. `denied`: the caller may not, and nothing was changed. */
    outcome: z.enum(['succeeded', 'denied']),
    /** What a denied attempt was answered. */
    status: z.optional(z.int()),
  });
export type AuditEvent = z.infer<ReturnType<typeof auditEvent>>;

const filter = () => z.optional(z.string().check(z.minLength(1), z.maxLength(256)));

export const listAuditEvents = {
  id: 'listAuditEvents',
  method: 'GET',
  path: '/v1/audit-events',
  caller: 'admin',
  function: 'admin-audit',
  tag: 'Audit',
  summary:
    'Every change by an admin or a device, every reading of a supporter’s link by somebody who did not approve the request, and every attempt that was denied, newest first: of the actor with this id, of the subject with this id, or both.',
  query: () => z.strictObject({ ...pageQuery(), actor: filter(), subject: filter() }),
  answers: () => ({ 200: page(auditEvent()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;
