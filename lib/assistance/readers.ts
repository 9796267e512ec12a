/** Reading a request for the ways into its session, which goes on record for whoever did not approve it. */
import type { Actor } from '../actor.ts';
import { retryOnConcurrentChange } from '../concurrency.ts';
import type { Id } from '../ids.ts';
import { type AdminAssistanceDeps, getRequest } from './admin.ts';
import type { AssistanceRequest } from './model.ts';
import { isOpen } from './request.ts';

/**
 * Notes that `reader` is given the ways in; the same request where that is known, or where there are none. Nothing else
 * about the request has changed, so `changedAt` stays: its session is asked after when it would have been.
 */
export const givenTo = (request: AssistanceRequest, reader: Actor): AssistanceRequest => {
  const { approvedById, readerIds = [] } = request;
  if (!request.session || !isOpen(request)) return request;
  if (reader.id === approvedById || readerIds.includes(reader.id)) return request;
  return { ...request, readerIds: [...readerIds, reader.id], version: request.version + 1 };
};

/**
 * For somebody who may open the session. That they were given it is saved, and on the audit record, before they are.
 * @throws ProblemError `not_found`, after four hours without an answer too
 */
export const readForSupporter = (deps: AdminAssistanceDeps, id: Id, reader: Actor): Promise<AssistanceRequest> =>
  retryOnConcurrentChange(async () => {
    const request = await getRequest(deps, id);
    const given = givenTo(request, reader);
    if (given !== request) await deps.requests.noteReader(request, given);
    return given;
  });
