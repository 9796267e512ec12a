/** What the audit trail is told of a request: who asked for which operation, of what, from where. */

import type { Operation } from '../api/operation.ts';
import { isDenial, PROBLEMS } from '../api/problem.ts';
import type { AuditActor, AuditRecord, AuditSubject } from '../audit/model.ts';
import type { AuditTrail } from '../audit/ports.ts';
import { addressed } from '../audit/subject.ts';
import type { Device } from '../devices/model.ts';
import { randomId } from '../ids.ts';
import type { ActAs, Admin, HttpEvent } from './http-types.ts';

export type Caller = { admin?: Admin; device?: Device };

export type AuditedRequest = { event: HttpEvent; operation: Operation; caller: Caller };

/** For a function that changes nothing and denies nobody whom it knows. */
export const NOTHING_TO_AUDIT: AuditTrail = {
  follow: (_, serve) => serve(),
  append: async () => {},
};

const actorOf = ({ admin, device }: Caller): AuditActor | undefined => {
  if (admin) return { type: 'admin', id: admin.id, name: admin.name, roles: admin.roles };
  return device && { type: 'device', id: device.id, name: device.name };
};

const recordOf = ({ event, operation }: AuditedRequest, actor: AuditActor): Omit<AuditRecord, 'outcome'> => {
  const at = Date.now();
  return {
    id: randomId('evt', at),
    at,
    actor,
    operation: operation.id,
    subject: addressed(operation, event.pathParameters ?? {}),
    sourceIp: event.requestContext.http.sourceIp,
    requestId: event.requestContext.requestId,
  };
};

/**
 * Serves a request whose changes go on record.
 * @throws Error, before anything is written, for a change by nobody: an operation for everybody has to say whose it is
 */
export const auditChanges = <T>(
  audit: AuditTrail,
  request: AuditedRequest,
  serve: (actAs: ActAs) => Promise<T>,
): Promise<T> => {
  let actor = actorOf(request.caller);
  let using: AuditSubject | undefined;
  const actAs: ActAs = (known, by) => {
    actor = known;
    using = by;
  };
  return audit.follow(
    (changed) => {
      if (!actor) throw new Error(`${request.operation.id} changes something, and has not said who does`);
      const record = recordOf(request, actor);
      return { ...record, subject: changed ?? record.subject, ...(using && { using }), outcome: 'succeeded' };
    },
    () => serve(actAs),
  );
};

/**
 * Puts a denied attempt on record. An attempt of nobody knows whom is none: it has no credential.
 * @throws whatever keeps the record from being written, for the caller to see in place of the refusal
 */
export const auditDenial = async (audit: AuditTrail, request: AuditedRequest, error: unknown): Promise<void> => {
  const actor = actorOf(request.caller);
  if (!actor || !isDenial(error)) return;
  await audit.append({ ...recordOf(request, actor), outcome: 'denied', status: PROBLEMS[error.code].status });
};
